import { autocovariance } from "../autocovariance.ts";
import { mean, standardDeviation } from "../moments.ts";
import { quantile } from "../quantile.ts";
import { type Chains, isTooLittle, pooled, rankNormalised, splitChains } from "./chains.ts";

/** A range of numbers below which they count as equal, as in ArviZ. */
const RESOLUTION = 1e-15;

/** Returns the mean autocovariances of chains, and the variance of them all. */
function covariances(chains: Chains): { lags: Float64Array; within: number; all: number } {
  const each = chains.map(autocovariance), n = chains[0].length;
  const lags = Float64Array.from({ length: n }, (_, lag) => mean(each.map((own) => own[lag])));
  const between = chains.length > 1 ? standardDeviation(chains.map(mean)) ** 2 : 0;
  return { lags, within: lags[0] * n / (n - 1), all: lags[0] + between };
}

/** Returns the effective sample size of chains as they are: Geyer's sequences, as in ArviZ. */
function geyer(chains: Chains): number {
  const numbers = pooled(chains), n = chains[0].length, size = numbers.length;
  let low = Infinity, high = -Infinity;
  for (const x of numbers) [low, high] = [Math.min(low, x), Math.max(high, x)];
  if (high - low < RESOLUTION) return size;
  const { lags, within, all } = covariances(chains), rho = new Float64Array(n);
  const correlation = (lag: number) => 1 - (within - lags[lag]) / all;
  let even = rho[0] = 1, odd = rho[1] = correlation(1), t = 1;
  // The initial sequence of pairs that are positive,
  for (; t < n - 3 && even + odd > 0; t += 2) {
    [even, odd] = [correlation(t + 1), correlation(t + 2)];
    if (even + odd >= 0) [rho[t + 1], rho[t + 2]] = [even, odd];
  }
  const end = t - 2;
  if (even > 0) rho[end + 1] = even;
  // made to decrease.
  for (t = 1; t <= end - 2; t += 2) {
    const before = rho[t - 1] + rho[t];
    if (rho[t + 1] + rho[t + 2] > before) rho[t + 1] = rho[t + 2] = before / 2;
  }
  const sum = rho.subarray(0, Math.max(0, end + 1)).reduce((a, b) => a + b, 0);
  const tau = Math.max(-1 + 2 * sum + (rho[end + 1] ?? 0), 1 / Math.log10(size));
  return rho.some(Number.isNaN) ? NaN : size / tau;
}

/**
 * Returns the effective sample size for the centre of a distribution, of ranks (Vehtari et al.
 * 2021), as arviz-stats' `ess`. At most n log10(n) of n draws; n where they do not vary; NaN for
 * fewer than 4 draws and for draws with NaN.
 *
 * @example An alternating chain: better than independent draws, within bounds
 * ```ts
 * import { essBulk } from "@pyrosaur/pyrosaur/infer";
 * import assert from "node:assert/strict";
 *
 * const chain = Array.from({ length: 100 }, (_, i) => (-1) ** i);
 * assert.equal(essBulk([chain]), 200);
 * ```
 */
export function essBulk(chains: Chains): number {
  return isTooLittle(chains, 1) ? NaN : geyer(rankNormalised(splitChains(chains)));
}

/** Returns the effective sample size for the mean: of the draws themselves. NaN as `essBulk`. */
export function essMean(chains: Chains): number {
  return isTooLittle(chains, 1) ? NaN : geyer(splitChains(chains));
}

/** Returns the effective sample size for the standard deviation. NaN as `essBulk`. */
export function essSd(chains: Chains): number {
  if (isTooLittle(chains, 1)) return NaN;
  const middle = mean(pooled(chains));
  return geyer(splitChains(chains.map((chain) => Float64Array.from(chain, (x) => (x - middle) ** 2))));
}

/**
 * Returns the effective sample size for a quantile. NaN as `essBulk`.
 *
 * @param p the quantile's probability
 */
export function essQuantile(chains: Chains, p: number): number {
  if (isTooLittle(chains, 1)) return NaN;
  const bound = quantile(pooled(chains), p);
  return geyer(splitChains(chains.map((chain) => Float64Array.from(chain, (x) => Number(x <= bound)))));
}

/**
 * Returns the effective sample size for the tails: the smaller one of two quantiles. NaN as
 * `essBulk`.
 *
 * @param p the probability of the lower quantile (default 0.05)
 */
export function essTail(chains: Chains, p: number = 0.05): number {
  return Math.min(essQuantile(chains, p), essQuantile(chains, 1 - p));
}

/**
 * Returns the effective sample size of whole chains, as NumPyro's `effective_sample_size`, but of
 * chains that alternate not a negative one: the sum of correlations is at least 1 / log10(n). NaN
 * for chains that do not vary, for fewer than 2 draws and for draws with NaN.
 */
export function effectiveSampleSize(chains: Chains): number {
  if (isTooLittle(chains, 1, 2)) return NaN;
  const { lags, within, all } = covariances(chains), n = chains[0].length, size = n * chains.length;
  // NumPyro's variance within one chain has n in the denominator.
  const own = chains.length > 1 ? within : lags[0];
  let least = Infinity, sum = 0;
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const even = lag === 0 ? 1 : 1 - (own - lags[lag]) / all, pair = even + 1 - (own - lags[lag + 1]) / all;
    least = lag === 0 ? pair : Math.min(lag === 2 ? Infinity : least, Math.max(pair, 0));
    sum += least;
  }
  return size / Math.max(-1 + 2 * sum, 1 / Math.log10(size));
}
