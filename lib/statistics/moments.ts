/** A mean and a standard deviation. */
export interface Moments {
  /** The mean. */
  readonly mean: number;
  /** The standard deviation. */
  readonly sd: number;
}

/**
 * Returns the mean and the standard deviation of draws. The mean is a running one (Welford 1962),
 * which differs from `mean` by rounding. NaN where a value is NaN; `sd` also of fewer than two.
 *
 * @example
 * ```ts
 * import { moments } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(moments([1, 3, 5]), { mean: 3, sd: 2 });
 * ```
 */
export function moments(values: ArrayLike<number>): Moments {
  const n = values.length;
  let mean = n > 0 ? 0 : NaN, squares = 0;
  for (let i = 0; i < n; i++) {
    const distance = values[i] - mean;
    mean += distance / (i + 1);
    squares += distance * (values[i] - mean);
  }
  return { mean, sd: n < 2 ? NaN : Math.sqrt(squares / (n - 1)) };
}

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
