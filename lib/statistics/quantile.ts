import { sorted, sortedQuantile } from "./sorted.ts";

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
