import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import type { HostArray, Key } from "../../tensor/mod.ts";
import type { AutoGuide } from "../autoguide/mod.ts";
import type { Optimiser } from "../optim/mod.ts";
import { SVI } from "../svi/mod.ts";
import {
  type RankHistogram,
  rankSimulated,
  simulationOptionNames,
  type SimulationOptions,
} from "./simulated.ts";
import { withData } from "./simulated.ts";

/** Options of `vsbc`. */
export interface VSBCOptions extends SimulationOptions {
  /** Makes the guide of a model, such as `(model) => new AutoNormal(model)`. */
  guide: (model: AnyFunction) => AutoGuide;
  /** The optimiser, such as `adam({ lr: 0.02 })`. */
  optimiser: Optimiser;
  /** The steps of the training for each data set. */
  steps: number;
}

const optionNames: OptionNames<VSBCOptions> = {
  ...simulationOptionNames,
  guide: true,
  optimiser: true,
  steps: true,
};

/** The ranks of one number of a site, among draws of guides. */
export interface GuideRanks extends RankHistogram {
  /**
   * The probability of as lopsided ranks, were they symmetric: by the Kolmogorov-Smirnov distance
   * of the shares of draws below the values from those above. Small where guides are biased, of
   * whatever width.
   */
  readonly symmetry: number;
}

/**
 * Checks guides by simulation (Yao, Vehtari, Simpson and Gelman 2018), as NumPyro's
 * `vsbc_diagnostic`: values are drawn from the prior, data from the values, a guide is trained on
 * the data, and the values are ranked among its draws. Guides that are too narrow, as those of
 * independent numbers are, have many ranks at both ends; `symmetry` tells whether their middles are
 * biased, which they may not be all the same.
 *
 * @param model a model with sites that are latent without data
 * @param key the source of all randomness
 * @returns the ranks of each latent number
 *
 * Throws (rejects) as `SVI.run` does, and for sites to observe that the model lacks.
 *
 * @example A guide that has the posterior
 * ```ts
 * import { adam, AutoNormal, key, Normal, sample, vsbc } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1));
 * const [z] = await vsbc(model, key(0), {
 *   observe: ["x"],
 *   guide: (model) => new AutoNormal(model),
 *   optimiser: adam({ lr: 0.05 }),
 *   steps: 200,
 *   numSimulations: 40,
 * });
 * assert.ok(z.name === "z" && z.symmetry > 0.001);
 * ```
 */
export async function vsbc(model: AnyFunction, key: Key, options: VSBCOptions): Promise<GuideRanks[]> {
  checkOptions("run vsbc", options, optionNames);
  const { guide: makeGuide, optimiser, steps, args = [], numSamples = 99 } = options;
  const conditioned = withData(model), guide = makeGuide(conditioned);
  const svi = new SVI(conditioned, guide, optimiser);
  try {
    const all = await rankSimulated("vsbc", model, key, options, async (own, data) => {
      const [forTraining, forDraws] = own.split(2);
      const { params } = await svi.run(forTraining, steps, [data, ...args], { progress: false });
      const drawn = Object.entries(guide.sampleLatent(forDraws, params, [numSamples]));
      return Object.fromEntries(drawn.map(([name, value]): [string, HostArray] => [
        name,
        { data: value.dataSync() as Float32Array, shape: value.shape },
      ]));
    });
    return all.map((one) => ({ ...one, symmetry: symmetryOf(one.ranks, numSamples) }));
  } finally {
    await svi.release();
  }
}

/** Returns the probability of as large a distance of ranks from their mirror image. */
function symmetryOf(ranks: Int32Array, most: number): number {
  const n = ranks.length, own = Array.from({ length: most + 1 }, () => 0);
  for (const rank of ranks) own[rank]++;
  let below = 0, mirrored = 0, distance = 0;
  for (let rank = 0; rank <= most; rank++) {
    below += own[rank], mirrored += own[most - rank];
    distance = Math.max(distance, Math.abs(below - mirrored) / n);
  }
  // Kolmogorov's distribution, for two samples of n.
  const root = Math.sqrt(n / 2), lambda = (root + 0.12 + 0.11 / root) * distance;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, Math.max(0, sum));
}
