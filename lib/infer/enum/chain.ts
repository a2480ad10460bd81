import type { EnumeratedLoop, Variable } from "../../ppl/mod.ts";
import { scan } from "../../compile/mod.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { type Choices, type Chooser, given } from "./choices.ts";
import { contract } from "./contract.ts";
import { aligned, type Axis, type Named, type Reduction, sumOf, unionOf } from "./named.ts";
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
 * The elimination of a chain, step by step from the last to the first in one loop: the message of a
 * step is a table over the sites that the step before hands on. What was handed to the first step
 * stays: sites around the loop that it depends on.
 */
export class ChainElimination {
  /** The table that is left. */
  readonly result: Named;
  readonly #tables: readonly Named[];
  /** The axes of a message, as of the end of a step. */
  readonly #axes: readonly Axis[];
  /** The messages that the steps were given. */
  readonly #messages: Named;

  /**
   * Eliminates.
   *
   * @param tables the terms of the steps
   * @param tails the terms after the loop that depend on its last steps
   */
  constructor(
    private readonly chain: Chain,
    tables: readonly Named[],
    tails: readonly Named[],
    private readonly reduction: Reduction,
  ) {
    this.#tables = tables;
    const { time } = chain, last = tails.map((tail) => renamed(tail, (axis) => this.#atEnd(axis)));
    this.#axes = this.#messageAxes(
      unionOf([...tables, ...last]).filter((axis) => axis !== time),
      unionOf(last),
    );
    const shape = this.#axes.map(({ size }) => size);
    const first = last.length > 0 ? broadcastTo(aligned(sumOf(last), this.#axes), shape) : tf.zeros(shape);
    const step = (message: Tensor, slices: Tensor[]): [Tensor, Tensor] => {
      const all = [...this.#inStep(slices), { tensor: message, axes: this.#axes }];
      const { rest } = contract(all, chain.variables, reduction);
      const next = renamed(sumOf(rest), (axis) => this.#before(axis));
      return [broadcastTo(aligned(next, this.#axes), shape), message];
    };
    const [message, messages] = scan(step, first as Tensor, this.#slices(), { reverse: true });
    this.#messages = { tensor: messages, axes: [time, ...this.#axes] };

    this.result = this.#atStart({ tensor: message, axes: this.#axes });
  }

  /** Chooses the values of all steps, from the first to the last. */
  choose(choices: Choices, chooser: Chooser): void {
    const { chain: { time, variables, plates, loop }, reduction } = this;
    const members = [...plates].filter((axis) => axis !== time && axis.size !== 1).sort((a, b) =>
      a.dim - b.dim
    );
    const shape = members.map(({ size }) => size);
    const whole = (index: Named) => broadcastTo(aligned(index, members), shape).cast("int32");
    const known = (table: Named) => given(table, choices);
    const tables = this.#tables.map(known), messages = known(this.#messages);
    const handed = this.#axes.filter((axis) => this.#isOwn(axis));
    const start = handed.map((axis) => {
      const outer = loop.starts.get(this.#after(axis) as Variable), index = outer && choices.get(outer);
      return index ? whole(index) : tf.zeros(shape, "int32");
    });
    const timed = [...tables, messages].filter(({ axes }) => axes.includes(time));
    const step = (carry: Tensor[], slices: Tensor[], key?: Key): [Tensor[], Tensor[]] => {
      const chosen: Choices = new Map(
        carry.map((tensor, i) => [this.#after(handed[i]), { tensor, axes: members }]),
      );
      const inStep = [
        ...timed.map((table, i) => sliced(table, time, slices[i])),
        ...[...tables, messages].filter((table) => !timed.includes(table)),
      ].map((table) => given(table, chosen));
      const { contracted } = contract(inStep, variables, reduction), inner = chooser.within(key);
      contracted.toReversed().forEach((one) => inner.choose(one, chosen, members));
      const next = handed.map((axis) => whole(chosen.get(axis)!));
      return [next, variables.map((variable) => whole(chosen.get(variable)!))];
    };
    const [last, all] = scan(step, start, timed.map((table) => timeFirst(table, time)), {
      key: chooser.key(),
    });
    variables.forEach((variable, i) => choices.set(variable, { tensor: all[i], axes: [time, ...members] }));
    for (const [aged, end] of loop.ends) {
      const i = handed.indexOf(this.#before(aged) as Variable);
      if (i >= 0) choices.set(end, { tensor: last[i], axes: members });
    }
  }

  /** Returns the tables of the steps that differ by step, the steps first. */
  #slices(): Tensor[] {
    const { time } = this.chain;
    return this.#tables.filter(({ axes }) => axes.includes(time)).map((table) => timeFirst(table, time));
  }

  #inStep(slices: readonly Tensor[]): Named[] {
    const { time } = this.chain;
    let i = 0;
    return this.#tables.map((table) => table.axes.includes(time) ? sliced(table, time, slices[i++]) : table);
  }

  /** Returns the axes of messages: all that a step leaves, whatever its own message has. */
  #messageAxes(step: readonly Axis[], last: readonly Axis[]): Axis[] {
    let axes = [...last];
    while (true) {
      const left = unionOf([{ axes: step }, { axes }]).filter((axis) =>
        !this.chain.variables.includes(axis as Variable)
      );
      const next = unionOf([{ axes }, { axes: left.map((axis) => this.#before(axis)) }]);
      if (next.length === axes.length) return next;
      axes = next;
    }
  }

  /** Returns the axis of the end of the step before that the present step has for an axis. */
  #before(axis: Axis): Axis {
    return this.#moved(axis, -1);
  }

  /** Returns the axis that the next step has for one of the end of this step. */
  #after(axis: Axis): Axis {
    return this.#moved(axis, 1);
  }

  #moved(axis: Axis, by: number): Axis {
    const { loop } = this.chain, found = this.#isOwn(axis) ? loop.at(axis.dim) : undefined;
    return found && found.age + by >= 0 ? loop.aged(found.present, found.age + by) : axis;
  }

  #isOwn(axis: Axis): axis is Variable {
    return this.chain.loop.all.includes(axis as Variable);
  }

  /** Returns the axis of the last step's end for that of a site after the loop. */
  #atEnd(axis: Axis): Axis {
    const found = [...this.chain.loop.ends].find(([, end]) => end === axis);
    return found ? this.#before(found[0]) : axis;
  }

  /** Puts the sites that the first step was handed in the place of the steps before; or none. */
  #atStart(table: Named): Named {
    const { loop } = this.chain;
    return table.axes.reduce((rest, axis): Named => {
      if (!this.#isOwn(axis)) return rest;
      const outer = loop.starts.get(this.#after(axis) as Variable), i = rest.axes.indexOf(axis);
      if (outer) return { tensor: rest.tensor, axes: rest.axes.with(i, outer) };
      // The first carry is the same for all its values.
      const size = rest.tensor.shape.with(i, 1), from = size.map(() => 0);
      return { tensor: rest.tensor.slice(from, size).squeeze([i]), axes: rest.axes.toSpliced(i, 1) };
    }, table);
  }
}

function renamed({ tensor, axes }: Named, rename: (axis: Axis) => Axis): Named {
  return { tensor, axes: axes.map(rename) };
}

/** Returns a table's tensor with the steps as its first axis. */
function timeFirst(table: Named, time: Axis): Tensor {
  return aligned(table, [time, ...table.axes.filter((axis) => axis !== time)]);
}

const sliced = ({ axes }: Named, time: Axis, tensor: Tensor): Named => ({
  tensor,
  axes: axes.filter((axis) => axis !== time),
});
