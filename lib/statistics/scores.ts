import { standardCdf, standardDensity } from "./normal.ts";
import { sorted } from "./quantile.ts";

/**
 * Returns the continuous ranked probability score of a forecast that is known by draws: the mean
 * distance of the draws from what was observed, less half of their distance from each other, which
 * is estimated without bias (the "fair" score of Ferro 2014). It has the unit of the observation;
 * less is better, and of a forecast that is a single number it would be the absolute error.
 *
 * @param draws of the predictive distribution, in any order; NaN among them gives NaN
 * @param observed the value that came
 * @throws Error for fewer than two draws.
 *
 * @example
 * ```ts
 * import { crps } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(crps([1, 3], 2), 0);
 * assert.equal(crps([1, 3], 5), 2);
 * ```
 */
export function crps(draws: ArrayLike<number>, observed: number): number {
  const n = draws.length;
  if (n < 2) throw new Error(`Cannot take a score: found ${n} draws, expected two or more`);
  const values = sorted(draws);
  let distance = 0, spread = 0;
  for (let i = 0; i < n; i++) {
    distance += Math.abs(values[i] - observed);
    // Each draw is subtracted from those above it, and those below are subtracted from it.
    spread += (2 * i + 1 - n) * values[i];
  }
  return distance / n - spread / (n * (n - 1));
}

/**
 * Returns the continuous ranked probability score of a normal forecast, in closed form (Gneiting
 * and Raftery 2007); less is better.
 *
 * @param mean of the forecast
 * @param sd its standard deviation
 * @param observed the value that came
 * @throws Error unless `sd` is positive.
 *
 * @example
 * ```ts
 * import { crpsNormal } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const best = (Math.SQRT2 - 1) / Math.sqrt(Math.PI);
 * assert.ok(Math.abs(crpsNormal(2, 1, 2) - best) < 1e-12);
 * ```
 */
export function crpsNormal(mean: number, sd: number, observed: number): number {
  checkDeviation(sd);
  const z = (observed - mean) / sd;
  return sd * (z * (2 * standardCdf(z) - 1) + 2 * standardDensity(z) - 1 / Math.sqrt(Math.PI));
}

/**
 * Returns the log score of a normal forecast, the logarithm of its density at what was observed, in
 * nats; more is better.
 *
 * @param mean of the forecast
 * @param sd its standard deviation
 * @param observed the value that came
 * @throws Error unless `sd` is positive.
 *
 * @example
 * ```ts
 * import { logScoreNormal } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const atMean = -Math.log(2 * Math.sqrt(2 * Math.PI));
 * assert.ok(Math.abs(logScoreNormal(0, 2, 2) - (atMean - 0.5)) < 1e-12);
 * ```
 */
export function logScoreNormal(mean: number, sd: number, observed: number): number {
  checkDeviation(sd);
  const z = (observed - mean) / sd;
  return -0.5 * z * z - Math.log(sd) - Math.log(2 * Math.PI) / 2;
}

/**
 * Returns the log score of a forecast that is the mean of many, one a draw of the posterior: the
 * logarithm of the mean of their densities at what was observed, in nats; more is better.
 *
 * @param logDensities the logarithm of each one's density there
 * @throws Error where there are none.
 *
 * @example
 * ```ts
 * import { logScore } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(logScore([-1000, -1000 + Math.log(3)]) - (-1000 + Math.log(2))) < 1e-12);
 * ```
 */
export function logScore(logDensities: ArrayLike<number>): number {
  const n = logDensities.length;
  if (n === 0) throw new Error("Cannot take a log score: found no densities, expected one or more");
  let largest = -Infinity, sum = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, logDensities[i]);
  if (!Number.isFinite(largest)) return largest;
  for (let i = 0; i < n; i++) sum += Math.exp(logDensities[i] - largest);
  return largest + Math.log(sum / n);
}

function checkDeviation(sd: number): void {
  if (!(sd > 0)) {
    throw new Error(`Cannot score a normal forecast: its standard deviation is ${sd}, expected above 0`);
  }
}
