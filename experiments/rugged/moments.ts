import type { Values } from "../../lib/plot/mod.ts";

/** Mean and standard deviation. */
export interface Moments {
  /** The mean. */
  readonly mean: number;
  /** The standard deviation. */
  readonly sd: number;
}

/** Mean and standard deviation of draws. */
export function moments(values: Values): Moments {
  const n = values.length;
  let mean = 0, squares = 0;
  for (let i = 0; i < n; i++) {
    const before = values[i] - mean;
    mean += before / (i + 1);
    squares += before * (values[i] - mean);
  }
  return { mean, sd: Math.sqrt(squares / (n - 1)) };
}

/** Covariance of two variables' draws. */
export function covariance(x: Values, y: Values): number {
  const mx = moments(x).mean, my = moments(y).mean;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - mx) * (y[i] - my);
  return sum / (x.length - 1);
}

/** Mean of the last `count` values. */
export function tailMean(values: Values, count: number): number {
  const from = Math.max(0, values.length - count);
  let sum = 0;
  for (let i = from; i < values.length; i++) sum += values[i];
  return sum / (values.length - from);
}

/**
 * Means over at most `count` stretches of equal length, with the middle step of each: a long curve
 * made short.
 */
export function stretches(values: Values, count: number): { step: Float64Array; loss: Float64Array } {
  const length = Math.ceil(values.length / count), n = Math.ceil(values.length / length);
  const step = new Float64Array(n), loss = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const end = Math.min((k + 1) * length, values.length);
    step[k] = (k * length + end - 1) / 2;
    for (let i = k * length; i < end; i++) loss[k] += values[i] / (end - k * length);
  }
  return { step, loss };
}
