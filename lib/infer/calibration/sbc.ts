import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import type { Key } from "../../tensor/mod.ts";
import { MCMC, NUTS, type NUTSOptions } from "../mcmc/mod.ts";
import {
  type RankHistogram,
  rankSimulated,
  simulationOptionNames,
  type SimulationOptions,
} from "./simulated.ts";
import { withData } from "./simulated.ts";

/** Options of `sbc`. */
export interface SBCOptions extends SimulationOptions {
  /** The transitions of the warm-up for each data set (default 300). */
  numWarmup?: number;
  /** The transitions for each draw, so that draws are nearly independent (default 4). */
  thinning?: number;
  /** Options of NUTS. */
  kernel?: NUTSOptions;
}

const optionNames: OptionNames<SBCOptions> = {
  ...simulationOptionNames,
  numWarmup: true,
  thinning: true,
  kernel: true,
};

/**
 * Checks a model and its sampler by simulation (Talts et al. 2018): values are drawn from the
 * prior, data from the values, and the values are ranked among the posterior's draws. The ranks are
 * uniform where the draws are of the posterior.
 *
 * @param model a model with sites that are latent without data
 * @param key the source of all randomness
 * @returns the ranks of each latent number
 *
 * Throws (rejects) as `MCMC.run` does, and for sites to observe that the model lacks.
 */
export async function sbc(model: AnyFunction, key: Key, options: SBCOptions): Promise<RankHistogram[]> {
  checkOptions("run sbc", options, optionNames);
  const { kernel, args = [], numSamples = 99, numWarmup = 300, thinning = 4 } = options;
  const lengths = { numWarmup, numSamples, thinning, numChains: 1, numWorkers: 0 };
  const mcmc = new MCMC(new NUTS(withData(model), kernel), lengths);
  try {
    return await rankSimulated("sbc", model, key, options, async (own, data) => {
      const { samples } = await mcmc.run(own, [data, ...args], { progress: false });
      return samples;
    });
  } finally {
    await mcmc.release();
  }
}
