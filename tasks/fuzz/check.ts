/** Holding engines against the oracle. @module */
import { type Graph, trace } from "../../lib/compile/mod.ts";
import { reasonOf } from "../../lib/system/mod.ts";
import { type HostArray, tidily } from "../../lib/tensor/mod.ts";
import { nearby, wrongSlope } from "./differences.ts";
import { elsewhere } from "./documented.ts";
import type { Runner } from "./engines.ts";
import { interpret } from "./oracle.ts";
import { type Numbers, Undefined } from "./oracle_rules.ts";
import { type Program, textOf } from "./program.ts";
import {
  compare,
  type Difference,
  expect,
  type Expected,
  join,
  ShapeError,
  type Tally,
} from "./tolerance.ts";
import { type Variant, variantsOf } from "./variants.ts";

/** A difference between an engine and the oracle. */
export class Fault extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "Fault";
  /** A difference in what an engine makes of a variant. */
  constructor(readonly runner: string, readonly variant: Variant["name"], message: string) {
    super(message);
  }
}

/** The questions that a check is about. */
export interface Focus {
  /** The variants (default: by the program's number). */
  readonly variants?: readonly Variant["name"][];
  /** The program's number: some engines and variants have their turn at some programs only. */
  readonly number?: number;
}

const shown = ({ output, element, found, expected, allowed }: Difference): string =>
  `element ${element} of result ${output} is ${found}, expected ${expected}` +
  (allowed > 0 ? ` (off by ${Math.abs(found - expected)}, of which rounding explains ${allowed})` : "");

/** Runs of the oracle to begin with, and before a difference is called a fault. */
const FIRST = 4, MANY = 40;

/** The results that are right for a variant, kept for engines that make the same errors. */
class Truth {
  readonly #kept = new Map<string, Expected>();
  constructor(private readonly graph: Graph, private readonly members: readonly (readonly HostArray[])[]) {}
  /** Runs the oracle so many times, or finds that it has. */
  of({ precision, engine }: Runner, count: number): Expected {
    const key = `${precision} ${engine} ${count}`;
    let found = this.#kept.get(key);
    if (!found) {
      const all = this.members.map((inputs) => expect(this.graph, inputs, precision, { count, engine }));
      this.#kept.set(key, found = all.length > 1 ? join(all) : all[0]);
    }
    return found;
  }
}

/** Runs a program in engines. Throws a Fault at the first difference. */
export async function check(
  program: Program,
  tally: Tally,
  runners: readonly Runner[],
  { variants, number = 0 }: Focus = {},
): Promise<void> {
  for (const variant of askedOf(program)) {
    if (variants ? !variants.includes(variant.name) : number % variant.every !== 0) continue;
    const { members } = variant, graph = traced(variant);
    if (variant.of && (!variants || runners.length === 0)) holdSlope(program, variant, graph);
    const single = members && traced({ ...variant, fn: members.fn, args: members.args[0] });
    const truth = new Truth(single ?? graph, (members?.args ?? [variant.args]).map((args) => args.flat()));
    for (const runner of runners) {
      if (runner.variants?.includes(variant.name) === false) continue;
      if (runner.engine === "eager" && elsewhere.some((form) => form.test(textOf(program)))) continue;
      try {
        await hold(runner, variant, truth, tally);
      } catch (error) {
        // Where an operation is not defined there is nothing to hold an engine against.
        if (!(error instanceof Undefined)) throw error;
      }
    }
  }
}

/** Returns what is asked of a program. Throws a Fault where the program does not run eagerly. */
function askedOf(program: Program): Variant[] {
  try {
    return variantsOf(program);
  } catch (error) {
    throw new Fault("eager", "values", reasonOf(error));
  }
}

/** Returns the graph of a variant. Throws a Fault where it cannot be had. */
function traced(variant: Variant): Graph {
  try {
    return tidily(() => trace(variant.fn, variant.args).graph);
  } catch (error) {
    throw new Fault("trace", variant.name, reasonOf(error));
  }
}

async function hold(runner: Runner, variant: Variant, truth: Truth, tally: Tally): Promise<void> {
  const expected = truth.of(runner, FIRST);
  let found: readonly HostArray[];
  try {
    found = await runner.run(variant);
  } catch (error) {
    throw new Fault(runner.name, variant.name, reasonOf(error));
  }
  let first: Difference | undefined;
  try {
    first = compare(found, expected, tally);
  } catch (error) {
    if (error instanceof ShapeError) throw new Fault(runner.name, variant.name, error.message);
    throw error;
  }
  if (!first) return;
  const difference = compare(found, truth.of(runner, MANY), { compared: 0, undecided: 0 });
  if (difference) throw new Fault(runner.name, variant.name, shown(difference));
}

/** Holds a derivative against differences, both as the oracle has them. */
function holdSlope(program: Program, { name, args, of }: Variant, graph: Graph): void {
  // A derivative that is none of its value, on purpose; numbers next to which a step is nothing.
  if (/\bstopGradient\b|\de-?\d|Infinity|NaN/.test(textOf(program))) return;
  const { variant, weights, outputs } = of!, below = traced(variant);
  const exact = { precision: "float64" } as const, rest = variant.args.slice(1).flat();
  const value = (x: readonly HostArray[]): number => {
    const all = interpret(below, [...x, ...rest], exact);
    return outputs.reduce(
      (sum, i, k) => sum + all[i].data.reduce((s, y, j) => s + y * weights[k].data[j], 0),
      0,
    );
  };
  try {
    const at = nearby(args[0]);
    const inputs = [...at, ...args.slice(1).flat()];
    const wrongOf = (run: readonly Numbers[]) => wrongSlope(value, run.map(({ data }) => data), at);
    const wrong = wrongOf(interpret(graph, inputs, exact));
    // A derivative has no digit where rounding makes as much of it, as of 1 less a sigmoid next to
    // 1.
    const isRounding = ({ found, expected }: typeof wrong & object) =>
      expect(graph, inputs, "float64").runs.some((run) =>
        !(4 * Math.abs((wrongOf(run)?.found ?? expected) - found) < Math.abs(expected - found))
      );
    if (wrong && !isRounding(wrong)) {
      throw new Fault(
        "differences",
        name,
        `the slope is ${wrong.found}, expected ${wrong.expected} from differences`,
      );
    }
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
  }
}
