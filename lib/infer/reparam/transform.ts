import {
  ComposeTransform,
  type CosineOptions,
  DiscreteCosineTransform,
  type HaarOptions,
  HaarTransform,
  inverseOf,
  type Transform,
  TransformedDistribution,
} from "../../distributions/mod.ts";
import { sample } from "../../ppl/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

/**
 * Draws a site with a transformed distribution by its base, as Pyro's and NumPyro's
 * `TransformReparam`: site `x` becomes computed, from a latent site `x_base`.
 */
export function transformReparam(): Reparam {
  return (name, distribution) => {
    if (!(distribution instanceof TransformedDistribution)) {
      refuse(name, distribution, "a TransformedDistribution");
    }
    const { base, transforms } = distribution;
    return new ComposeTransform([...transforms]).forward(sample(`${name}_base`, base));
  };
}

/**
 * Draws a site by a transform of one's own, as NumPyro's `ExplicitReparam`: site `x` becomes
 * computed, `transform` of a latent site `x_base` whose distribution makes up for that.
 *
 * @example A scale that is drawn by its logarithm
 * ```ts
 * import { ExpTransform, explicitReparam, Gamma, reparam, sample } from "@pyrosaur/pyrosaur";
 * import { key, seed, trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("scale", new Gamma(2, 1));
 * const byLog = reparam(model, { scale: explicitReparam(new ExpTransform()) });
 * const run = trace(seed(byLog, key(0))).get();
 * const [log, scale] = ["scale_base", "scale"].map((name) => run.value(name).dataSync()[0]);
 * assert.ok(Math.abs(Math.exp(log) - scale) < 1e-5 * scale);
 * ```
 */
export const explicitReparam = (transform: Transform): Reparam => unitless(transform, "base");

/**
 * Draws a site by its numbers in the Haar basis, as Pyro's `HaarReparam`: site `x` becomes
 * computed, from a latent site `x_haar`. For curves whose neighbours are alike.
 *
 * @param options `dim`: the event axis, counted from the right (default -1); `flip`: true to begin
 * at its end
 */
export const haarReparam = (options?: HaarOptions): Reparam =>
  unitless(inverseOf(new HaarTransform(options)), "haar");

/**
 * Draws a site by its frequencies, as Pyro's `DiscreteCosineReparam`: site `x` becomes computed,
 * from a latent site `x_dct`. With `smooth: 1` those of a random walk are independent.
 *
 * @param options `dim`: the event axis, counted from the right (default -1); `smooth`: the power of
 * its frequency that each number is multiplied by (default 0)
 */
export const discreteCosineReparam = (options?: CosineOptions): Reparam =>
  unitless(inverseOf(new DiscreteCosineTransform(options)), "dct");

/** Draws site `x` as the transform of another one, whose distribution makes up for that. */
function unitless(transform: Transform, suffix: string): Reparam {
  return (name, distribution) => {
    if (transform.codomain.eventDim > distribution.eventShape.length) {
      refuse(
        name,
        distribution,
        `at least ${transform.codomain.eventDim} event axes for ${transform.name}; declare them by toEvent`,
      );
    }
    const base = new TransformedDistribution(distribution, inverseOf(transform));
    return transform.forward(sample(`${name}_${suffix}`, base));
  };
}
