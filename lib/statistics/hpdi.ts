import type { Interval } from "./interval.ts";

/**
 * Returns the shortest interval that holds a share of draws, as NumPyro's `hpdi`: of the highest
 * density where there is one mode.
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
  if (!(mass > 0 && mass < 1)) {
    throw new Error(`Cannot take an interval: found a mass of ${mass}, expected one between 0 and 1`);
  }
  const sorted = Float64Array.from(draws).sort(), n = sorted.length;
  if (n === 0) throw new Error("Cannot take an interval: found no draws, expected at least one");
  if (Number.isNaN(sorted[n - 1])) return { low: NaN, high: NaN };
  const apart = Math.trunc(mass * n);
  let first = 0;
  for (let i = 1; i + apart < n; i++) {
    if (sorted[i + apart] - sorted[i] < sorted[first + apart] - sorted[first]) first = i;
  }
  return { low: sorted[first], high: sorted[first + apart] };
}
