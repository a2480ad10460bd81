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
    const apart = values[i] - mean;
    mean += apart / (i + 1);
    squares += apart * (values[i] - mean);
  }
  return { mean, sd: n < 2 ? NaN : Math.sqrt(squares / (n - 1)) };
}
