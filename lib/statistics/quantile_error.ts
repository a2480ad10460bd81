import { sorted, sortedQuantile } from "./sorted.ts";

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
  const apart = Math.sqrt(p * (1 - p) / values.length), inOrder = sorted(values);
  return (sortedQuantile(inOrder, p + apart) - sortedQuantile(inOrder, p - apart)) / 2;
}
