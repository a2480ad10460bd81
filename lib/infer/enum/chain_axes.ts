import type { EnumeratedLoop, Variable } from "../../ppl/mod.ts";
import { type Axis, type Named, unionOf } from "./named.ts";
import type { Weight } from "./weights.ts";

/** A loop whose enumerated sites depend on those of earlier steps. */
export interface Chain {
  /** The loop. */
  readonly loop: EnumeratedLoop;
  /** The axis of its steps. */
  readonly time: Axis;
  /** The sites that are carried from step to step, in the present step. */
  readonly variables: readonly Variable[];
  /** Their plates, the steps among them. */
  readonly plates: ReadonlySet<Axis>;
  /** Their weight. */
  readonly weight: Weight;
  /** The place of the loop in the program. */
  readonly order: number;
}

/**
 * The axes of a chain's sites. A step sees its own sites (age 0) and those of steps before (age 1,
 * 2 ...): from the end of a step on, all are one step older.
 */
export class ChainAxes {
  /** Takes the axes of a chain. */
  constructor(private readonly chain: Chain) {}

  /** Tells whether an axis is of a site of the loop. */
  isOwn(axis: Axis): axis is Variable {
    return this.chain.loop.all.includes(axis as Variable);
  }

  /** Returns the number of steps since a site; 0 for other axes. */
  ageOf(axis: Axis): number {
    return this.isOwn(axis) ? this.chain.loop.at(axis.dim)!.age : 0;
  }

  /** Returns the axis at the end of the step before of one that the present step has. */
  atStepBefore(axis: Axis): Axis {
    return this.#moved(axis, -1);
  }

  /** Names the axes of a table of a step as of the end of the step before. */
  before({ tensor, axes }: Named): Named {
    return { tensor, axes: axes.map((axis) => this.atStepBefore(axis)) };
  }

  /** Returns the axis that the next step has for one of the end of this step. */
  after(axis: Axis): Axis {
    return this.#moved(axis, 1);
  }

  #moved(axis: Axis, by: number): Axis {
    const { loop } = this.chain, found = this.isOwn(axis) ? loop.at(axis.dim) : undefined;
    return found && found.age + by >= 0 ? loop.aged(found.present, found.age + by) : axis;
  }

  /** Names axes of sites after the loop as those of the last step's end. */
  atEnd({ tensor, axes }: Named): Named {
    const ends = [...this.chain.loop.ends];
    return {
      tensor,
      axes: axes.map((axis) => {
        const found = ends.find(([, end]) => end === axis);
        return found ? this.atStepBefore(found[0]) : axis;
      }),
    };
  }

  /** Puts the sites that the first step was handed in the place of the steps before; or none. */
  atStart(table: Named): Named {
    const { loop } = this.chain;
    return table.axes.reduce((rest, axis): Named => {
      if (!this.isOwn(axis)) return rest;
      const outer = loop.starts.get(this.after(axis) as Variable), i = rest.axes.indexOf(axis);
      if (outer) return { tensor: rest.tensor, axes: rest.axes.with(i, outer) };
      // The first carry is the same for all its values.
      const size = rest.tensor.shape.with(i, 1), from = size.map(() => 0);
      return { tensor: rest.tensor.slice(from, size).squeeze([i]), axes: rest.axes.toSpliced(i, 1) };
    }, table);
  }

  /**
   * Returns the axes of the messages of steps: all that a step leaves, whatever its own message
   * has.
   *
   * @param step the axes of the terms of a step
   * @param last those of the message to the last step
   */
  ofMessages(step: readonly Axis[], last: readonly Axis[]): Axis[] {
    let axes = [...last];
    while (true) {
      const left = unionOf([{ axes: step }, { axes }]).filter((axis) =>
        !this.chain.variables.includes(axis as Variable)
      );
      const next = unionOf([{ axes }, { axes: left.map((axis) => this.atStepBefore(axis)) }]);
      if (next.length === axes.length) return next;
      axes = next;
    }
  }
}
