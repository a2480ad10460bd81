import * as d3 from "./d3.ts";

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
  const numbers = Array.from(values);
  return numbers.some(Number.isNaN) ? NaN : d3.mean(numbers) ?? NaN;
}
