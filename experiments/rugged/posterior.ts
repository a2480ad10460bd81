import { Predictive } from "@pyrosaur/pyrosaur/infer";
import { ruggedRegression } from "@pyrosaur/pyrosaur/models";
import type { Predictions } from "@pyrosaur/pyrosaur/statistics";
import type { Key, Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Data, Fit, FitSettings } from "./fits.ts";

/** Draws of the coefficients by name; the k-th entries belong together. */
export type Draws = Readonly<Record<"a" | "bA" | "bR" | "bAR", ArrayLike<number>>>;

/** Draws from a fitted guide, and of log GDP for every country given the first of them. */
export interface Posterior {
  /** The coefficients. */
  readonly draws: Draws;
  /** The posterior predictive distribution. */
  readonly predictions: Predictions;
}

/** The coefficients' draws as arrays. */
export function coefficientsOf(samples: Readonly<Record<string, Tensor>>): Draws {
  const values = (name: string): ArrayLike<number> => {
    if (!samples[name]) {
      throw new Error(`Cannot read the draws of "${name}": there are ${Object.keys(samples).join(", ")}`);
    }
    return samples[name].dataSync();
  };
  return { a: values("a"), bA: values("bA"), bR: values("bR"), bAR: values("bAR") };
}

/** Predictions of shape [draws, places] as an array. */
export function predictionsOf(obs: Tensor): Predictions {
  const [draws, places] = obs.shape;
  return { data: obs.dataSync(), draws, places };
}

/** Draws from the posterior and the posterior predictive distribution. */
export async function posteriorOf(
  { guide, params }: Fit,
  key: Key,
  data: Data,
  { config, compile }: Pick<FitSettings, "config" | "compile">,
): Promise<Posterior> {
  const [forDraws, forPredictions] = key.split(2), [isAfrica, ruggedness] = data;
  const fromGuide = new Predictive(guide, { params, numSamples: config.draws, parallel: true, ...compile });
  const posteriorSamples = await fromGuide(forDraws, ...data);
  const fromModel = new Predictive(ruggedRegression, {
    posteriorSamples,
    numSamples: config.predictions,
    parallel: true,
    ...compile,
  });
  const { obs } = await fromModel(forPredictions, isAfrica, ruggedness);
  await fromGuide.release();
  await fromModel.release();
  return { draws: coefficientsOf(posteriorSamples), predictions: predictionsOf(obs) };
}
