import { checkOptions, type OptionNames } from "../../system/mod.ts";
import {
  Cauchy,
  constraints,
  type Distribution,
  Independent,
  Laplace,
  Normal,
  StudentT,
} from "../../distributions/mod.ts";
import { param, sample } from "../../ppl/mod.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { refuse, type Reparam } from "./reparam.ts";

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

/** Tells whether a distribution is of a family that `locScaleReparam` takes. */
export function isLocScale(distribution: Distribution): boolean {
  if (distribution instanceof Independent) return isLocScale(distribution.base);
  return [Normal, Cauchy, Laplace, StudentT].some((Family) => distribution instanceof Family);
}

/** Returns location and scale of a site's numbers. */
function formOf(name: string, distribution: Distribution): { loc: Tensor; scale: Tensor } {
  if (distribution instanceof Independent) return formOf(name, distribution.base);
  if (isLocScale(distribution)) return distribution as Normal;
  return refuse(name, distribution, "a location-scale family (Normal, Cauchy, Laplace, StudentT)");
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
