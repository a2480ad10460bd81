/** The rule that tells a rounding error from a fault. @module */
import type { Graph, Precision } from "../../lib/compile/mod.ts";
import type { HostArray } from "../../lib/tensor/mod.ts";
import { interpret } from "./oracle.ts";
import type { Numbers } from "./oracle_rules.ts";
import { epsilon, type Rounding, smallest } from "./rounding.ts";

/** The results that a right engine may give: runs of the oracle with various rounding errors. */
export interface Expected {
  readonly precision: Precision;
  /** Runs, the first one without any error. */
  readonly runs: readonly (readonly Numbers[])[];
}

/** Returns numbers from 0 to 1 that depend on the seed alone. */
export function generator(seed: number): () => number {
  // Mulberry32.
  let state = seed | 0;
  return () => {
    state = state + 0x6D2B79F5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs the oracle without errors, with rounded results, with zeros for subnormal numbers, with
 * limits for what is next to them, and `count` times with errors.
 */
export function expect(
  graph: Graph,
  inputs: readonly HostArray[],
  precision: Precision,
  { count = 4, engine, seed = 1 }: { count?: number; engine?: Rounding["engine"]; seed?: number } = {},
): Expected {
  const uniform = generator(seed);
  const random = () => {
    const x = uniform();
    return x < 0.5 ? x - 1 : x;
  };
  // An engine may keep digits and range of float64 in all, in some or in none of its numbers.
  const fits = ["some", "all", undefined] as const;
  const ways: Rounding[] = [
    { precision, engine },
    { precision, engine, fit: "all" },
    { precision, engine, fit: "all", fused: true },
    { precision, engine, fit: "all", flush: true },
    // Two zeros that are the other one each, as with flush, may come to the same.
    { precision, engine, fit: "all", otherZeros: true },
    { precision, engine, fit: "all", saturate: true },
    ...Array.from({ length: count }, (_, i): Rounding => ({ precision, engine, random, fit: fits[i % 3] })),
  ];
  return { precision, runs: ways.map((way) => interpret(graph, inputs, way)) };
}

/** Puts the results for several members together, along a new first axis. */
export function join(members: readonly Expected[]): Expected {
  const [first] = members;
  const runs = first.runs.map((run, r) =>
    run.map(({ shape, dtype, data }, i): Numbers => {
      const all = new Float64Array(members.length * data.length);
      members.forEach(({ runs }, m) => all.set(runs[r][i].data, m * data.length));
      return { shape: [members.length, ...shape], dtype, data: all };
    })
  );
  return { precision: first.precision, runs };
}

/** A result of another shape. */
export class ShapeError extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "ShapeError";
}

/** A result that no rounding explains. */
export interface Difference {
  /** The result's place in the list of results, and the element's in it. */
  readonly output: number;
  readonly element: number;
  readonly found: number;
  readonly expected: number;
  /** The error that rounding explains. */
  readonly allowed: number;
}

/** The number of elements that were compared, and of those that rounding makes anything of. */
export interface Tally {
  compared: number;
  undecided: number;
}

const kind = (x: number): number => x !== x ? 3 : Math.abs(x) === Infinity ? Math.sign(x) : 0;

/**
 * Returns the first element that differs, and throws ShapeError where a shape does. An engine may
 * be off by four times as much as the worst run of the oracle, by 8 units in the last place, and by
 * the smallest normal number. Where the runs do not agree on what is finite, or on a whole number,
 * nothing is decided; nor is it next to a pole, where no digit of a huge number is known, by a
 * result that is not finite.
 */
export function compare(
  found: readonly HostArray[],
  { precision, runs }: Expected,
  tally: Tally,
): Difference | undefined {
  for (const [output, truth] of runs[0].entries()) {
    const actual = found[output];
    if (actual.shape.join() !== truth.shape.join()) {
      throw new ShapeError(`result ${output} has shape [${actual.shape}], expected [${truth.shape}]`);
    }
    for (let element = 0; element < truth.data.length; element++) {
      const expected = truth.data[element], value = Number(actual.data[element]);
      const all = runs.map((run) => run[output].data[element]);
      const agree = truth.dtype === "float"
        ? all.every((x) => kind(x) === kind(expected))
        : all.every((x) => x === expected);
      if (!agree) {
        tally.undecided++;
        continue;
      }
      let allowed = 0, pole = false;
      if (truth.dtype === "float" && kind(expected) === 0) {
        const spread = all.reduce((most, x) => Math.max(most, Math.abs(x - expected)), 0);
        allowed = 4 * spread + 8 * epsilon[precision] * Math.abs(expected) + smallest[precision];
        pole = 4 * spread > Math.abs(expected) && spread > 1 / epsilon[precision];
      }
      if (pole && kind(value) !== 0) {
        tally.undecided++;
        continue;
      }
      tally.compared++;
      const isSame = kind(value) === kind(expected) &&
        (kind(value) !== 0 || Math.abs(value - expected) <= allowed);
      if (!isSame) return { output, element, found: value, expected, allowed };
    }
  }
  return undefined;
}
