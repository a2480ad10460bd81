import { standardDeviation } from "../moments.ts";
import { type Chains, checkChains } from "./chains.ts";

/**
 * Returns the Bayesian fraction of missing information of each chain (Betancourt 2016), from the
 * energies, as arviz-stats: below 0.3 momenta do not carry a chain into the tails. NaN for fewer
 * than 2 draws and for energies that do not vary.
 *
 * @param energies a list for each chain, `chainsOf(result.extraFields.energy)`
 */
export function bfmi(energies: Chains): number[] {
  checkChains(energies);
  return energies.map((chain) => {
    let sum = 0;
    for (let i = 1; i < chain.length; i++) sum += (chain[i] - chain[i - 1]) ** 2;
    return sum / (chain.length - 1) / standardDeviation(chain) ** 2;
  });
}
