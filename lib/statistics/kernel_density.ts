import { moments } from "./moments.ts";

/** A density at points of equal distance. */
export interface KernelDensity {
  /** The points. */
  readonly x: number[];
  /** The density at each of them. */
  readonly density: number[];
}

/**
 * Returns a kernel density estimate: draws smoothed with a Gaussian kernel of Scott's bandwidth
 * (Scott 1992), within four standard deviations of their mean.
 *
 * @param points the number of points (default 80)
 * @throws Error where the draws do not vary, or a draw is not finite.
 *
 * @example
 * ```ts
 * import { kernelDensity } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const { x, density } = kernelDensity([-1, 0, 0, 1], 41);
 * assert.equal(density.indexOf(Math.max(...density)), 20);
 * assert.ok(Math.abs(x[20]) < 1e-12);
 * ```
 */
export function kernelDensity(values: ArrayLike<number>, points = 80): KernelDensity {
  const n = values.length, { mean, sd } = moments(values);
  if (!(sd > 0 && Number.isFinite(sd))) {
    throw new Error(`Cannot smooth a density: ${n} draws have the standard deviation ${sd}, expected > 0`);
  }
  const bandwidth = 1.06 * sd * n ** -0.2, reach = 4 * sd, step = 2 * reach / (points - 1);
  const x = Array.from({ length: points }, (_, i) => mean - reach + i * step);
  const density = new Array<number>(points).fill(0), radius = Math.ceil(4 * bandwidth / step);
  for (let k = 0; k < n; k++) {
    const nearest = Math.round((values[k] - mean + reach) / step);
    const from = Math.max(0, nearest - radius), to = Math.min(points - 1, nearest + radius);
    for (let i = from; i <= to; i++) density[i] += Math.exp(-0.5 * ((x[i] - values[k]) / bandwidth) ** 2);
  }
  const total = n * bandwidth * Math.sqrt(2 * Math.PI);
  return { x, density: density.map((d) => d / total) };
}
