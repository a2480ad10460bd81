import { Predictive } from "../../lib/infer/mod.ts";
import { regression } from "../../lib/models/mod.ts";
import type { Key } from "../../lib/tensor/mod.ts";
import type { Predictions } from "./coverage.ts";
import type { Draws } from "./figures.ts";
import type { Data, Fit } from "./fits.ts";

/** Draws of the coefficients and sigma from a fitted guide. */
export async function posteriorDraws(
  { guide, params }: Fit,
  key: Key,
  count: number,
  data: Data,
): Promise<Draws & { sigma: ArrayLike<number> }> {
  const predictive = new Predictive(guide, { params, numSamples: count });
  const draws = await predictive.call(key, ...data);
  const values = (name: string) => draws[name].dataSync();
  return { a: values("a"), bA: values("bA"), bR: values("bR"), bAR: values("bAR"), sigma: values("sigma") };
}

/** Draws of log GDP for every country from the posterior predictive distribution. */
export async function predictions(
  { guide, params }: Fit,
  key: Key,
  count: number,
  [isAfrica, ruggedness]: Data,
): Promise<Predictions> {
  const predictive = new Predictive(regression, { guide, params, numSamples: count });
  const { obs } = await predictive.call(key, isAfrica, ruggedness);
  return { data: obs.dataSync(), draws: count, places: ruggedness.shape[0] };
}
