import { mean } from "./mean.ts";

/**
 * Returns the standard error of the mean of independent values; NaN where a value is NaN, and of
 * fewer than two values.
 *
 * @example
 * ```ts
 * import { standardError } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(standardError([1, 2, 3, 4, 5, 6, 7, 8]), Math.sqrt(6 / 8));
 * ```
 */
export function standardError(values: ArrayLike<number>): number {
  const n = values.length, middle = mean(values);
  // Not d3's variance: it rounds otherwise than the errors that stored records hold.
  const squares = Array.from(values).reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return n < 2 ? NaN : Math.sqrt(squares / (n - 1) / n);
}
