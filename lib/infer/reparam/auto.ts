import {
  ComposeTransform,
  coreOf,
  Distribution,
  ProjectedNormal,
  RelaxedOneHotCategorical,
  Stable,
  TransformedDistribution,
} from "../../distributions/mod.ts";
import type { SampleMessage } from "../../ppl/mod.ts";
import { gumbelSoftmaxReparam, projectedNormalReparam } from "./auxiliary.ts";
import { isLocScale, type LocScaleOptions, locScaleReparam } from "./loc_scale.ts";
import type { Reparam } from "./reparam.ts";
import { latentStableReparam, skewOf, stableReparam, symmetricStableReparam } from "./stable.ts";
import { transformReparam } from "./transform.ts";

/** Draws a transformed distribution by another way to draw its base. */
const overBase = (way: Reparam): Reparam =>
  Object.assign((name: string, distribution: Distribution, outside: readonly number[]) => {
    const { base, transforms } = distribution as TransformedDistribution;
    const made = way(`${name}_base`, base, outside);
    return made instanceof Distribution
      ? new TransformedDistribution(made, [...transforms])
      : new ComposeTransform([...transforms]).forward(made);
  }, { takesObserved: way.takesObserved });

/** Returns the way for a distribution that cannot be scored, or whose values have no line. */
function needed(distribution: Distribution, isObserved: boolean): Reparam | undefined {
  if (distribution instanceof TransformedDistribution) {
    const way = needed(distribution.base, isObserved);
    return way && overBase(way);
  }
  const core = coreOf(distribution);
  if (core instanceof Stable) {
    if (!isObserved) return latentStableReparam();
    return skewOf(core)?.every((skew) => skew === 0) ? symmetricStableReparam() : stableReparam();
  }
  return core instanceof ProjectedNormal && !isObserved ? projectedNormalReparam() : undefined;
}

/**
 * Chooses a way for the sites alone that cannot do without, as Pyro's `MinimalReparam`: of `Stable`
 * and latent ones of `ProjectedNormal`, and what is transformed from them; all others stay. For
 * `reparam`.
 *
 * @example A model of heavy tails, as it is written
 * ```ts
 * import { key, minimalReparam, Normal, reparam, sample } from "@pyrosaur/pyrosaur";
 * import { seed, Stable, trace } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const loc = () => sample("m", new Normal(0, 1));
 * const model = () => void sample("x", new Stable(1.5, 0, 1, loc()), { obs: 3 });
 * const run = trace(seed(reparam(model, minimalReparam()), key(0))).get();
 * const names = run.stochasticSites.map(({ name }) => name);
 * assert.deepEqual(names, ["m", "x_uniform", "x_exponential"]);
 * ```
 */
export function minimalReparam(): (site: SampleMessage) => Reparam | undefined {
  return ({ distribution, isObserved, scanned }) => scanned ? undefined : needed(distribution, isObserved);
}

/**
 * Chooses a way for every latent site, as Pyro's `AutoReparam`: a standard form for location-scale
 * families, the base for transformed distributions, uniform numbers for relaxed one-hot vectors,
 * and what `minimalReparam` does, for observed sites too; others stay. For `reparam`.
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
  const minimal = minimalReparam();
  return (site) => {
    const { distribution, isObserved, scanned } = site, way = minimal(site);
    if (way || isObserved || scanned) return way;
    if (isLocScale(distribution)) return standard;
    if (distribution instanceof TransformedDistribution) return base;
    return coreOf(distribution) instanceof RelaxedOneHotCategorical ? uniform : undefined;
  };
}
