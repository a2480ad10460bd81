/**
 * Returns the arithmetic mean; NaN where a value is NaN, and of no values.
 *
 * @example
 * ```ts
 * import { mean } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(mean([1, 2, 6]), 3);
 * assert.ok(Number.isNaN(mean([1, NaN])));
 * ```
 */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
