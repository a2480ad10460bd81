import { sorted, sortedQuantile } from "./sorted.ts";

/** An interval of the real line. */
export interface Interval {
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/**
 * Returns the central interval that holds a share of draws: as much lies below it as above it.
 *
 * @param draws in any order
 * @param mass the share that it holds (default 0.9)
 * @throws Error where there are no draws, and unless `mass` lies between 0 and 1.
 *
 * @example
 * ```ts
 * import { interval } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const draws = Array.from({ length: 101 }, (_, i) => i);
 * assert.deepEqual(interval(draws, 0.5), { low: 25, high: 75 });
 * ```
 */
export function interval(draws: ArrayLike<number>, mass = 0.9): Interval {
  if (!(mass > 0 && mass < 1)) {
    throw new Error(`Cannot take an interval: found a mass of ${mass}, expected one between 0 and 1`);
  }
  const tail = (1 - mass) / 2, values = sorted(draws);
  return { low: sortedQuantile(values, tail), high: sortedQuantile(values, 1 - tail) };
}
