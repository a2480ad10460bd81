import { mean, standardDeviation } from "../moments.ts";
import { type Chains, folded, isTooLittle, rankNormalised, splitChains } from "./chains.ts";

/** Returns the potential scale reduction of chains as they are (Gelman and Rubin 1992). */
function reduction(chains: Chains): number {
  const n = chains[0].length, within = mean(chains.map((chain) => standardDeviation(chain) ** 2));
  const between = n * standardDeviation(chains.map(mean)) ** 2;
  return Math.sqrt((between / within + n - 1) / n);
}

/**
 * Returns the rank-normalised split R-hat, the larger one of bulk and tails (Vehtari et al. 2021),
 * as arviz-stats' `rhat`: near 1 where chains agree; above 1.01 they are to be run longer. NaN for
 * one chain, for fewer than 4 draws, for draws with NaN, and for chains that do not vary.
 *
 * @example Chains in different places
 * ```ts
 * import { rHat } from "@pyrosaur/pyrosaur/infer";
 * import assert from "node:assert/strict";
 *
 * const wave = (mean: number) => Array.from({ length: 100 }, (_, i) => mean + Math.sin(7 * i));
 * assert.ok(rHat([wave(0), wave(0)]) < 1.01);
 * assert.ok(rHat([wave(0), wave(1)]) > 1.1);
 * ```
 */
export function rHat(chains: Chains): number {
  if (isTooLittle(chains, 2)) return NaN;
  const halves = splitChains(chains);
  const [bulk, tail] = [rankNormalised(halves), rankNormalised(folded(halves))].map(reduction);
  return bulk > tail || Number.isNaN(tail) ? bulk : tail;
}

/**
 * Returns the split R-hat of the draws themselves, as NumPyro's `split_gelman_rubin`; also of one
 * chain. NaN for fewer than 4 draws, for draws with NaN, and for chains that do not vary.
 */
export function splitRHat(chains: Chains): number {
  return isTooLittle(chains, 1) ? NaN : reduction(splitChains(chains));
}
