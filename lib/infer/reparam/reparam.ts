import { checkOptions, type OptionNames } from "../../system/mod.ts";
import {
  Cauchy,
  constraints,
  type Distribution,
  Independent,
  Laplace,
  Normal,
} from "../../distributions/mod.ts";
import { ComposeTransform, StudentT, TransformedDistribution } from "../../distributions/mod.ts";
import { activePlates, handler, type HandlerForms, param, sample } from "../../ppl/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * A way to draw a latent site by another: it draws that, and returns the site's value. `outside`
 * are the batch axes of plates around the model, such as those of vectorised particles, which
 * parameters do not have.
 */
export type Reparam = (name: string, distribution: Distribution, outside: readonly number[]) => Tensor;

/** Options of `locScaleReparam`. */
export interface LocScaleOptions {
  /**
   * The share of location and scale that stays: 0 draws a standard form, 1 the site itself;
   * undefined for a parameter of each number, which training learns (default).
   */
  centered?: number;
}

const optionNames: OptionNames<LocScaleOptions> = { centered: true };

/**
 * Draws sites of a location-scale family (Normal, Cauchy, Laplace, StudentT) by standard forms, as
 * Pyro's and NumPyro's `LocScaleReparam` (Gorinova, Moore and Hoffman 2020): site `x` becomes
 * computed, from a latent site `x_decentered`.
 *
 * @throws Error unless `centered` lies between 0 and 1.
 */
export function locScaleReparam(options?: LocScaleOptions): Reparam {
  checkOptions("make locScaleReparam", options, optionNames);
  const { centered } = options ?? {};
  if (centered !== undefined && !(centered >= 0 && centered <= 1)) {
    throw new Error(`Cannot make locScaleReparam: centered is ${centered}, expected a number from 0 to 1`);
  }
  return (name, distribution, outside) => {
    const { loc, scale } = formOf(name, distribution), shape = shapeWithin(distribution, outside);
    const share = centered !== undefined
      ? constant(centered)
      : param(`${name}_centered`, tf.fill(shape, 0.5), { constraint: constraints.unitInterval });
    const kept = centered === 0 ? constant(0) : loc.mul(share);
    const width = centered === 0 ? constant(1) : scale.pow(share);
    const drawn = sample(`${name}_decentered`, withForm(distribution, kept, width));
    const rest = centered === 0 ? scale : scale.pow(constant(1).sub(share));
    return drawn.sub(kept).mul(rest).add(loc);
  };
}

/** Returns the shape that a distribution has without the axes of plates around the model. */
function shapeWithin({ batchShape, eventShape }: Distribution, outside: readonly number[]): number[] {
  const isOutside = (axis: number) => outside.includes(axis - batchShape.length);
  const own = batchShape.map((size, axis) => isOutside(axis) ? 1 : size);
  // Ones between an outer axis and the site's own are there for its sake.
  while (own.length > 0 && isOutside(batchShape.length - own.length)) {
    do own.shift(); while (own[0] === 1);
  }
  return [...own, ...eventShape];
}

/** Returns location and scale of a site's numbers. */
function formOf(name: string, distribution: Distribution): { loc: Tensor; scale: Tensor } {
  if (distribution instanceof Independent) return formOf(name, distribution.base);
  if (
    distribution instanceof Normal || distribution instanceof Cauchy || distribution instanceof Laplace ||
    distribution instanceof StudentT
  ) return distribution;
  throw new Error(
    `Cannot reparameterise site "${name}": found ${distribution.name}, expected a location-scale family (Normal, ` +
      "Cauchy, Laplace, StudentT)",
  );
}

/** Returns a distribution of the same family and shape with another location and scale. */
function withForm(distribution: Distribution, loc: Tensor, scale: Tensor): Distribution {
  if (distribution instanceof Independent) {
    return withForm(distribution.base, loc, scale).toEvent(distribution.reinterpretedBatchNdims);
  }
  const { batchShape } = distribution;
  if (distribution instanceof StudentT) return new StudentT(distribution.df, loc, scale).expand(batchShape);
  const Family = distribution.constructor as typeof Normal;
  return new Family(loc, scale).expand(batchShape);
}

/**
 * Draws a site with a transformed distribution by its base, as Pyro's and NumPyro's
 * `TransformReparam`: site `x` becomes computed, from a latent site `x_base`.
 */
export function transformReparam(): Reparam {
  return (name, distribution) => {
    if (!(distribution instanceof TransformedDistribution)) {
      throw new Error(
        `Cannot reparameterise site "${name}": found ${distribution.name}, expected a TransformedDistribution`,
      );
    }
    const { base, transforms } = distribution;
    return new ComposeTransform([...transforms]).forward(sample(`${name}_base`, base));
  };
}

/**
 * Draws latent sites of a model by other sites, as Pyro's `reparam`: the posterior of the values is
 * the same, its geometry another. Observed sites stay as they are.
 *
 * @param config the ways by the names of sites
 * @throws Error for a site within `scan`.
 *
 * @example Neal's funnel without its neck
 * ```ts
 * import { locScaleReparam, Normal, reparam, sample, seed, trace } from "@pyrosaur/pyrosaur";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const funnel = () => sample("x", new Normal(0, sample("y", new Normal(0, 3)).exp()));
 * const centred = reparam(funnel, { x: locScaleReparam({ centered: 0 }) });
 * const run = trace(seed(centred, random.key(0))).get();
 * assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["y", "x_decentered"]);
 * assert.deepEqual(run.deterministicSites.map(({ name }) => name), ["x"]);
 * ```
 */
export const reparam: HandlerForms<[config: Readonly<Record<string, Reparam>>]> = handler(
  "reparam",
  (config) => {
    const outside = activePlates().map(({ frame: { dim } }) => dim);
    return {
      process: {
        sample({ name, distribution, isObserved, value, scanned }) {
          if (isObserved || value !== undefined || !Object.hasOwn(config, name)) return;
          if (scanned) {
            throw new Error(
              `Cannot reparameterise site "${name}": it is within a scan; write its other form in the step`,
            );
          }
          const made = config[name](name, distribution, outside);
          return { type: "deterministic", name, value: made, plates: [], scanned: undefined, stop: false };
        },
      },
    };
  },
);
