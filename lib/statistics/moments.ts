import { standardDeviation } from "./standard_deviation.ts";

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
  let mean = values.length > 0 ? 0 : NaN;
  for (let i = 0; i < values.length; i++) mean += (values[i] - mean) / (i + 1);
  return { mean, sd: standardDeviation(values) };
}
