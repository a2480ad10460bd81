import { broadcastTo } from "../../distributions/mod.ts";
import { type Key, random } from "../../tensor/mod.ts";
import type { Contracted } from "./contract.ts";
import { aligned, at, type Axis, type Named, sumOf } from "./named.ts";

/** The indices of the values chosen for variables, each with the axes of its plates. */
export type Choices = Map<Axis, Named>;

/** A rule that chooses an index of each row of a table: the most probable one, or a draw. */
export class Chooser {
  /** Draws, where it is given keys. */
  constructor(private readonly nextKey?: () => Key) {}

  /** True where it draws. */
  get draws(): boolean {
    return this.nextKey !== undefined;
  }

  /** Returns a key, where it draws. */
  key(): Key | undefined {
    return this.nextKey?.();
  }

  /** Returns the rule within a step of a loop, whose key is given. */
  within(key: Key | undefined): Chooser {
    let count = 0;
    return new Chooser(key && (() => key.foldIn(count++)));
  }

  /**
   * Adds an index of a variable, given those of the variables that its tables have besides.
   *
   * @param plates all those that the variable is in
   */
  choose({ variable, operands }: Contracted, choices: Choices, plates: Iterable<Axis>): void {
    const table = sumOf(operands.map((operand) => given(operand, choices)));
    // A single member has an axis only as a step of a loop.
    const axes = [...plates].filter((axis) => axis.size !== 1 || table.axes.includes(axis))
      .sort((a, b) => a.dim - b.dim);
    const shape = axes.map(({ size }) => size), logits = aligned(table, [...axes, variable]);
    const tensor = this.nextKey
      ? random.categorical(this.nextKey(), logits, shape)
      : broadcastTo(logits.argMax(-1), shape);
    choices.set(variable, { tensor: tensor.cast("int32"), axes });
  }
}

/** Returns the entries of a table at the indices that were chosen. */
export function given(table: Named, choices: Choices): Named {
  return table.axes.filter((axis) => choices.has(axis))
    .reduce((rest, axis) => at(rest, axis, choices.get(axis)!), table);
}
