// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";

/** Sorts numbers as numbers, NaN last. */
export const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();

/** Returns a quantile of sorted values, as `quantile` does. */
export function sortedQuantile(values: Float64Array, p: number): number {
  if (values.length === 0) throw new Error("Cannot take a quantile: found no values, expected at least one");
  return Number.isNaN(values.at(-1)) ? NaN : quantileSorted(values as ArrayLike<number> as number[], p)!;
}

/**
 * Returns the quantile of probability `p`, linear between neighbours (NumPy's default; type 7 of
 * Hyndman and Fan 1996); NaN where a value is NaN.
 *
 * @param values in any order
 * @param p from 0 to 1; beyond these the smallest and the largest value
 * @throws Error where there are no values.
 *
 * @example
 * ```ts
 * import { quantile } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quantile([4, 1, 2, 3], 0.5), 2.5);
 * ```
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return sortedQuantile(sorted(values), p);
}

/** Returns the median: the quantile of probability 0.5. */
export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/**
 * Returns the standard error of a quantile: half the distance between the order statistics whose
 * ranks lie one standard deviation below and above.
 *
 * @param values independent draws
 * @param p the quantile's probability, from 0 to 1
 * @throws Error where there are no values.
 *
 * @example
 * ```ts
 * import { quantileError } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const values = Array.from({ length: 101 }, (_, i) => i);
 * assert.ok(Math.abs(quantileError(values, 0.5) - 50 / Math.sqrt(101)) < 1e-9);
 * ```
 */
export function quantileError(values: ArrayLike<number>, p: number): number {
  const error = Math.sqrt(p * (1 - p) / values.length), inOrder = sorted(values);
  return (sortedQuantile(inOrder, p + error) - sortedQuantile(inOrder, p - error)) / 2;
}
