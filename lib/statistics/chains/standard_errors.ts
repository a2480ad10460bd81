import { betaQuantile } from "../beta_quantile.ts";
import { mean, standardDeviation } from "../moments.ts";
import { type Chains, isTooLittle, pooled } from "./chains.ts";
import { essMean, essQuantile, essSd } from "./effective_sample_size.ts";

/** Returns the Monte Carlo standard error of the mean, as arviz-stats. NaN as `essMean`. */
export function mcseMean(chains: Chains): number {
  return isTooLittle(chains, 1) ? NaN : standardDeviation(pooled(chains)) / Math.sqrt(essMean(chains));
}

/**
 * Returns the Monte Carlo standard error of the standard deviation, with the effective sample size
 * of squared distances, as ArviZ 0.21 and posterior do (arviz-stats 0.8.0 takes that of the draws).
 */
export function mcseSd(chains: Chains): number {
  if (isTooLittle(chains, 1)) return NaN;
  const all = pooled(chains), middle = mean(all), squares = all.map((x) => (x - middle) ** 2);
  const variance = mean(squares);
  const ofVariance = (mean(squares.map((x) => x * x)) - variance ** 2) / essSd(chains);
  return Math.sqrt(ofVariance / variance / 4);
}

/**
 * Returns the Monte Carlo standard error of a quantile: half the distance between the draws at its
 * probability plus and minus one standard deviation, as arviz-stats. NaN as `essQuantile`.
 *
 * @param p the quantile's probability
 */
export function mcseQuantile(chains: Chains, p: number): number {
  if (isTooLittle(chains, 1)) return NaN;
  const ess = essQuantile(chains, p), all = pooled(chains).sort(), last = all.length - 1;
  const [low, high] = [0.1586553, 0.8413447].map((level) =>
    betaQuantile(level, ess * p + 1, ess * (1 - p) + 1) * all.length - 1
  );
  return (all[Math.ceil(Math.min(high, last))] - all[Math.floor(Math.max(low, 0))]) / 2;
}
