/** Holding engines against the oracle. @module */
import { type Graph, trace } from "../../lib/compile/mod.ts";
import { reasonOf } from "../../lib/system/mod.ts";
import { type HostArray, tidily } from "../../lib/tensor/mod.ts";
import { refusals, untraced } from "./documented.ts";
import type { Runner } from "./engines.ts";
import { Undefined } from "./oracle_rules.ts";
import type { Program } from "./program.ts";
import { compare, type Difference, expect, type Expected, type Tally } from "./tolerance.ts";
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

const shown = ({ output, element, found, expected, allowed }: Difference): string =>
  `element ${element} of result ${output} is ${found}, expected ${expected}` +
  (allowed > 0 ? ` (off by ${Math.abs(found - expected)}, of which rounding explains ${allowed})` : "");

/** Runs of the oracle to begin with, and before a difference is called a fault. */
const FIRST = 4, MANY = 40;

/** The results that are right for a graph, kept for engines that make the same errors. */
class Truth {
  readonly #kept = new Map<string, Expected>();
  constructor(private readonly graph: Graph, private readonly inputs: readonly HostArray[]) {}
  /** Runs the oracle so many times, or finds that it has. */
  of({ precision, engine }: Runner, count: number): Expected {
    const key = `${precision} ${engine} ${count}`;
    let found = this.#kept.get(key);
    if (!found) this.#kept.set(key, found = expect(this.graph, this.inputs, precision, { count, engine }));
    return found;
  }
}

/**
 * Runs a program in engines. Throws a Fault at the first difference.
 *
 * @param variants the variants that are run (default: all)
 */
export async function check(
  program: Program,
  tally: Tally,
  runners: readonly Runner[],
  variants?: readonly Variant["name"][],
): Promise<void> {
  for (const variant of variantsOf(program)) {
    if (variants?.includes(variant.name) === false) continue;
    const graph = traced(variant);
    if (!graph) continue;
    const truth = new Truth(graph, variant.args.flat());
    for (const runner of runners) {
      if (runner.variants?.includes(variant.name) === false) continue;
      try {
        await hold(runner, variant, truth, tally);
      } catch (error) {
        // Where an operation is not defined there is nothing to hold an engine against.
        if (error instanceof Undefined) continue;
        throw error;
      }
    }
  }
}

/** Returns the graph of a variant; undefined where it is documented that it cannot be had. */
function traced(variant: Variant): Graph | undefined {
  try {
    return tidily(() => trace(variant.fn, variant.args).graph);
  } catch (error) {
    const reason = reasonOf(error);
    if (untraced.some((known) => known.test(reason))) return undefined;
    throw new Fault("trace", variant.name, reason);
  }
}

async function hold(runner: Runner, variant: Variant, truth: Truth, tally: Tally): Promise<void> {
  const expected = truth.of(runner, FIRST);
  let found: readonly HostArray[];
  try {
    found = await runner.run(variant);
  } catch (error) {
    const reason = reasonOf(error);
    if (refusals.some((r) => runner.name.startsWith(r.runner) && r.message.test(reason))) return;
    throw new Fault(runner.name, variant.name, reason);
  }
  if (!compare(found, expected, tally)) return;
  const difference = compare(found, truth.of(runner, MANY), { compared: 0, undecided: 0 });
  if (difference) throw new Fault(runner.name, variant.name, shown(difference));
}
