import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { erf, erfinv, expm1, halfLogTwoPi, normalCdf, normalIcdf } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { exponentiated, folded, locationScale, type Standard } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The standard normal form; z is divided by the root of 2, so that its square is the exponent. */
const standardNormal: Standard = {
  draw: (key, shape) => key.draw("normal", shape),
  unit: Math.SQRT1_2,
  logDensity: (z, scale) => constant(-halfLogTwoPi).sub(scale.log()).sub(z.square()),
  mean: 0,
  variance: 1,
  entropy: 0.5 + halfLogTwoPi,
  cdf: normalCdf,
  quantile: normalIcdf,
};

const normal = locationScale<Normal>(standardNormal);

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
    super(normal, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}

const logPeak = 0.5 * Math.log(2 / Math.PI);

const halfNormal = locationScale<HalfNormal>(folded(standardNormal, {
  unit: standardNormal.unit,
  logDensity: (z, scale) => constant(logPeak).sub(scale.log()).sub(z.square()),
  mean: Math.sqrt(2 / Math.PI),
  variance: 1 - 2 / Math.PI,
  entropy: 0.5 - logPeak,
  cdf: (z) => erf(tf.maximum(z, constant(0)).mul(constant(Math.SQRT1_2))),
  quantile: (p) => erfinv(p).mul(constant(Math.SQRT2)),
}));

/** The distribution of |x| for normal x with mean 0. Parameter: `scale`, that of the normal. */
export class HalfNormal extends ParametricDistribution {
  /** The standard deviation of the normal. */
  declare readonly scale: Tensor;

  /** `scale` defaults to 1. */
  constructor(scale: TensorLike = 1, options?: DistributionOptions) {
    super(halfNormal, { scale: [scale, positive] }, options);
  }
}

const logNormal = exponentiated<LogNormal>(locationScale(standardNormal), {
  mean: ({ loc, scale }) => loc.add(scale.square().mul(constant(0.5))).exp(),
  variance({ loc, scale }) {
    const square = scale.square();
    return expm1(square).mul(loc.mul(constant(2)).add(square).exp());
  },
});

/** The distribution of exp(x) for normal x. Parameters: `loc` and `scale` of the normal. */
export class LogNormal extends ParametricDistribution {
  /** The mean of the logarithm. */
  declare readonly loc: Tensor;
  /** The standard deviation of the logarithm. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(logNormal, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
