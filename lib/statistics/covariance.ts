import { moments } from "./moments.ts";

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
