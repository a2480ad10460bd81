import { sorted, sortedQuantile } from "./quantile.ts";

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
  checkMass(mass);
  const tail = (1 - mass) / 2, values = sorted(draws);
  return { low: sortedQuantile(values, tail), high: sortedQuantile(values, 1 - tail) };
}

/**
 * Returns the shortest interval that holds a share of draws, as NumPyro's `hpdi` and arviz-stats'
 * `hdi`: of the highest density where there is one mode. Its ends are two draws that are
 * trunc(mass n) apart in the order of all n, so that it holds one more than that; of several as
 * short it is the lowest.
 *
 * @param draws in any order
 * @param mass the share that it holds (default 0.9)
 * @throws Error where there are no draws, and unless `mass` lies between 0 and 1.
 *
 * @example The bulk of skewed draws
 * ```ts
 * import { hpdi } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(hpdi([1, 8, 2, 30, 3], 0.5), { low: 1, high: 3 });
 * ```
 */
export function hpdi(draws: ArrayLike<number>, mass = 0.9): Interval {
  checkMass(mass);
  const values = sorted(draws), n = values.length;
  if (n === 0) throw new Error("Cannot take an interval: found no draws, expected at least one");
  if (Number.isNaN(values[n - 1])) return { low: NaN, high: NaN };
  const steps = Math.trunc(mass * n);
  let first = 0;
  for (let i = 1; i + steps < n; i++) {
    if (values[i + steps] - values[i] < values[first + steps] - values[first]) first = i;
  }
  return { low: values[first], high: values[first + steps] };
}

function checkMass(mass: number): void {
  if (!(mass > 0 && mass < 1)) {
    throw new Error(`Cannot take an interval: found a mass of ${mass}, expected one between 0 and 1`);
  }
}
