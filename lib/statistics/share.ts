/** A share of some cases, as an estimate of a probability. */
export interface Share {
  /** The share. */
  readonly rate: number;
  /** Its standard error: half the length of the interval over that of a standard normal's. */
  readonly se: number;
  /** The number of cases. */
  readonly n: number;
  /** The interval of 95% (Wilson 1927), sensible also where none or all are counted. */
  readonly interval: readonly [low: number, high: number];
}

/** The standard normal's quantile of probability 0.975. */
const Z = 1.959964;

/**
 * Returns the share of flags that are true, with Wilson's interval of 95%.
 *
 * @example
 * ```ts
 * import { share } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const { rate, interval: [low, high] } = share([true, true, true, false]);
 * assert.ok(rate === 0.75 && low > 0.3 && high < 0.96);
 * ```
 */
export function share(flags: readonly boolean[]): Share {
  const n = flags.length, rate = flags.filter(Boolean).length / n;
  const middle = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n);
  const half = Z / (1 + Z * Z / n) * Math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
  return { rate, se: half / Z, n, interval: [Math.max(0, middle - half), Math.min(1, middle + half)] };
}
