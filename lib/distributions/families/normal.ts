import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { halfLogTwoPi, normalCdf, normalIcdf } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale, type Standard } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The standard normal form; z is divided by the root of 2, so that its square is the exponent. */
export const standardNormal: Standard = {
  draw: (key, shape) => key.draw("normal", shape),
  unit: Math.SQRT1_2,
  logDensity: (z, scale) => constant(-halfLogTwoPi).sub(scale.log()).sub(z.square()),
  mean: 0,
  variance: 1,
  entropy: 0.5 + halfLogTwoPi,
  cdf: normalCdf,
  quantile: normalIcdf,
};

const formulas = locationScale<Normal>(standardNormal);

/**
 * The normal (Gaussian) distribution. Parameters: `loc`, the mean, and `scale`, the standard
 * deviation.
 *
 * @example The density at the mean
 * ```ts
 * import assert from "node:assert/strict";
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 *
 * const density = Math.exp(new Normal(0, 1).logProb(0).dataSync()[0]);
 * assert.ok(Math.abs(density - 1 / Math.sqrt(2 * Math.PI)) < 1e-6);
 * ```
 */
export class Normal extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The standard deviation. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
