import { lengthIfKnown, type Variable } from "../../ppl/mod.ts";
import { scan } from "../../compile/mod.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { type Chain, ChainAxes } from "./chain_axes.ts";
import { type Choices, type Chooser, given } from "./choices.ts";
import { contract } from "./contract.ts";
import { isVariable } from "./factors.ts";
import { type PlannedTable, plannedTable } from "./elimination_plan.ts";
import {
  aligned,
  type Axis,
  type Named,
  type Reduction,
  sumOf,
  timeFirst,
  unionOf,
  withoutPeak,
} from "./named.ts";
import type { PlannedStep } from "./plan.ts";

/** The messages of a chain. */
interface Messages {
  /** The message of the first step to what is before. */
  readonly first: Named;
  /** The sum of what was taken out of all messages. */
  readonly peak: Named;
  /** The messages that the steps were given, the steps first. */
  readonly all: Named;
}

/**
 * The elimination of a chain, step by step from the last to the first in one loop: the message of a
 * step is a table over the sites that the step before hands on. What was handed to the first step
 * stays: sites around the loop that it depends on. (In pairs of steps, pairs of pairs and so on, as
 * funsor does, it would take logarithmically many rounds, and times the number of states more work:
 * `deno task bench enum` has both, and the loop is the faster one on any processor.)
 */
export class ChainElimination {
  /** The tables left: over the sites before the first step, and what was taken out of all. */
  readonly result: readonly Named[];
  /** The tables that it takes. */
  planned: readonly PlannedTable[] = [];
  readonly #axes: ChainAxes;
  /** The terms after the loop, as of the end of its last step. */
  readonly #last: readonly Named[];
  readonly #messages: Messages;

  /**
   * Eliminates.
   *
   * @param tables the terms of the steps
   * @param tails the terms after the loop that depend on its last steps
   */
  constructor(
    private readonly chain: Chain,
    private readonly tables: readonly Named[],
    tails: readonly Named[],
    private readonly reduction: Reduction,
  ) {
    const axes = this.#axes = new ChainAxes(chain);
    this.#last = tails.map((tail) => axes.atEnd(tail));
    this.#messages = this.#passed();
    this.result = [axes.atStart(this.#messages.first), this.#messages.peak];
  }

  /** Passes messages from the last step to the first. */
  #passed(): Messages {
    const { chain: { time, variables }, tables, reduction } = this, last = this.#last, at = this.#axes;
    const around = unionOf([...tables, ...last]).filter((axis) => axis !== time);
    const axes = at.ofMessages(around, unionOf(last)), shape = axes.map(({ size }) => size);
    const end = last.length > 0 ? broadcastTo(aligned(sumOf(last), axes), shape) : tf.zeros(shape);
    const timed = tables.filter((table) => table.axes.includes(time));
    const untimed = tables.filter((table) => !timed.includes(table));
    let planned: readonly PlannedStep[] = [], outside: readonly Axis[] = [];
    const step = (message: Tensor, slices: Tensor[]): [Tensor, Tensor[]] => {
      const own = timed.map((table, i) => sliced(table, time, slices[i]));
      const { rest, steps } = contract([...own, ...untimed, { tensor: message, axes }], variables, reduction);
      planned = steps;
      const left = aligned(at.before(sumOf(rest)), axes);
      const next = withoutPeak({ tensor: broadcastTo(left, shape), axes }, isVariable);
      outside = next.peak.axes;
      return [next.rest.tensor, [message, next.peak.tensor]];
    };
    const xs = timed.map((table) => timeFirst(table, time));
    const [message, [messages, peaks]] = scan(step, end as Tensor, xs, { reverse: true });
    this.planned = planned.map((one) => this.#tableOf(one, time.size));
    return {
      first: { tensor: message, axes },
      peak: { tensor: peaks.sum(0), axes: outside },
      all: { tensor: messages, axes: [time, ...axes] },
    };
  }

  #tableOf({ variable, axes }: PlannedStep, times: number): PlannedTable {
    const nameOf = (axis: Axis) => `${axis.name}${" before".repeat(this.#axes.ageOf(axis))}`;
    return plannedTable(variable.name, axes, { times: lengthIfKnown(times), nameOf });
  }

  /** Chooses the values of all steps, from the first to the last. */
  choose(choices: Choices, chooser: Chooser): void {
    const { chain: { time, variables, plates, loop }, reduction } = this, at = this.#axes;
    const members = [...plates].filter((axis) => axis !== time && axis.size !== 1).sort((a, b) =>
      a.dim - b.dim
    );
    const shape = members.map(({ size }) => size);
    const whole = (index: Named) => broadcastTo(aligned(index, members), shape).cast("int32");
    const all = [...this.tables, this.#messages.all].map((table) => given(table, choices));
    const handed = this.#messages.all.axes.filter((axis) => at.isOwn(axis));
    const start = handed.map((axis) => {
      const outer = loop.starts.get(at.after(axis) as Variable), index = outer && choices.get(outer);
      return index ? whole(index) : tf.zeros(shape, "int32");
    });
    const timed = all.filter(({ axes }) => axes.includes(time));
    const step = (carry: Tensor[], slices: Tensor[], key?: Key): [Tensor[], Tensor[]] => {
      const chosen: Choices = new Map(
        carry.map((tensor, i) => [at.after(handed[i]), { tensor, axes: members }]),
      );
      const inStep = [
        ...timed.map((table, i) => sliced(table, time, slices[i])),
        ...all.filter((table) => !timed.includes(table)),
      ].map((table) => given(table, chosen));
      const { contracted } = contract(inStep, variables, reduction), inner = chooser.within(key);
      contracted.toReversed().forEach((one) => inner.choose(one, chosen, members));
      const next = handed.map((axis) => whole(chosen.get(axis)!));
      return [next, variables.map((variable) => whole(chosen.get(variable)!))];
    };
    const [last, states] = scan(step, start, timed.map((table) => timeFirst(table, time)), {
      key: chooser.key(),
    });
    variables.forEach((variable, i) =>
      choices.set(variable, { tensor: states[i], axes: [time, ...members] })
    );
    for (const [aged, end] of loop.ends) {
      const i = handed.indexOf(at.atStepBefore(aged) as Variable);
      if (i >= 0) choices.set(end, { tensor: last[i], axes: members });
    }
  }
}

const sliced = ({ axes }: Named, time: Axis, tensor: Tensor): Named => ({
  tensor,
  axes: axes.filter((axis) => axis !== time),
});
