import { RelaxedOneHotCategorical, TransformedDistribution } from "../../distributions/mod.ts";
import type { SampleMessage } from "../../ppl/mod.ts";
import { gumbelSoftmaxReparam } from "./auxiliary.ts";
import { isLocScale, type LocScaleOptions, locScaleReparam } from "./loc_scale.ts";
import type { Reparam } from "./reparam.ts";
import { transformReparam } from "./transform.ts";

/**
 * Chooses a way for every latent site, as Pyro's `AutoReparam`: a standard form for location-scale
 * families, the base for transformed distributions, uniform numbers for relaxed one-hot vectors;
 * other sites stay. For `reparam`.
 *
 * @param options `centered`: as for `locScaleReparam` (default: learnt for each number)
 *
 * @example All scales of a hierarchy at once
 * ```ts
 * import { autoReparam, key, Normal, reparam, sample, seed, trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("x", new Normal(sample("m", new Normal(0, 9)), 1), { obs: 3 });
 * const run = trace(seed(reparam(model, autoReparam({ centered: 0 })), key(0))).get();
 * assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["m_decentered"]);
 * ```
 */
export function autoReparam(options?: LocScaleOptions): (site: SampleMessage) => Reparam | undefined {
  const [standard, base, uniform] = [locScaleReparam(options), transformReparam(), gumbelSoftmaxReparam()];
  return ({ distribution, isObserved, scanned }) => {
    if (isObserved || scanned) return undefined;
    if (isLocScale(distribution)) return standard;
    if (distribution instanceof TransformedDistribution) return base;
    return distribution instanceof RelaxedOneHotCategorical ? uniform : undefined;
  };
}
