import { moments } from "./moments.ts";

/**
 * Returns the standard deviation of a sample, with n - 1 in the denominator (Welford 1962); NaN
 * where a value is NaN, and of fewer than two values.
 *
 * @example
 * ```ts
 * import { standardDeviation } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(standardDeviation([1, 3, 5]), 2);
 * ```
 */
export function standardDeviation(values: ArrayLike<number>): number {
  return moments(values).sd;
}
