/** Returns the arithmetic mean; NaN where a value is NaN, and of no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * Returns the standard error of the mean of independent values; NaN where a value is NaN, and of
 * fewer than two values.
 */
export function standardError(values: ArrayLike<number>): number {
  const n = values.length, middle = mean(values);
  // Not d3's variance: it rounds otherwise than the errors that stored records hold.
  const squares = Array.from(values).reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return n < 2 ? NaN : Math.sqrt(squares / (n - 1) / n);
}

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
 */
export function standardDeviation(values: ArrayLike<number>): number {
  return moments(values).sd;
}

/**
 * Returns the covariance of two variables' draws, with n - 1 in the denominator; NaN where a value
 * is NaN, and of fewer than two draws.
 *
 * @param x draws of one variable
 * @param y draws of the other; the k-th of both belong together
 * @throws Error where there is not a `y` for each `x`.
 *
 * @example
 * ```ts
 * import { covariance } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(covariance([1, 2, 3], [4, 2, 0]), -2);
 * ```
 */
export function covariance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new Error(`Cannot take a covariance: found ${x.length} and ${y.length} draws, expected as many`);
  }
  const mx = moments(x).mean, my = moments(y).mean;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - mx) * (y[i] - my);
  return x.length < 2 ? NaN : sum / (x.length - 1);
}
