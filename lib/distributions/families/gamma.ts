import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gamma } from "../../tensor/random/mod.ts";
import {
  digammaCorrection,
  halfLogTwoPi,
  itakuraSaito,
  lgammaCorrection,
  logRatio,
  xlogy,
} from "../../tensor/special/mod.ts";
import { nonNegative, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { isKnownInside } from "../support.ts";

const formulas: Formulas<Gamma> = {
  support: nonNegative,
  rsample: (key, shape, { concentration, rate }) => gamma(key, concentration, shape).div(rate),
  // a log(b) + (a - 1) log(x) - b x - lgamma(a), with Stirling's formula put in for lgamma, and the
  // rest as a divergence of b x from a: for large a the terms would cancel to nothing in float32.
  logDensity(value, { concentration: a, rate }) {
    const scaled = value.mul(rate), canBe0 = !isKnownInside(value, positive);
    const isZero = canBe0 ? value.equal(constant(0)) : undefined;
    const safe = isZero ? tf.where(isZero, a, scaled) : scaled;
    const normaliser = rate.log().sub(a.log().mul(constant(0.5))).sub(lgammaCorrection(a))
      .sub(constant(halfLogTwoPi));
    const shape = a.mul(itakuraSaito(safe, a)).add(logRatio(safe, a)).neg();
    if (!isZero) return shape.add(normaliser);
    // The logarithm of 0 is a term of its own: no other parameter's derivative meets it.
    const power = a.sub(constant(1)), atZero = xlogy(power, tf.where(isZero, value, constant(1)));
    const known = tf.where(isZero, power.mul(rate.log().sub(a.log())).add(a).sub(scaled), shape);
    return known.add(atZero).add(normaliser);
  },
  mean: ({ concentration, rate }) => concentration.div(rate),
  variance: ({ concentration, rate }) => concentration.div(rate.square()),
  entropy({ concentration: a, rate }) {
    const half = constant(0.5), rest = constant(1).sub(a);
    return a.log().mul(half).add(lgammaCorrection(a)).add(constant(halfLogTwoPi))
      .sub(rest.mul(half).div(a)).add(rest.mul(digammaCorrection(a))).sub(rate.log());
  },
};

/**
 * The gamma distribution. Parameters: `concentration` (shape) and `rate` (inverse scale).
 *
 * @example Mean and variance
 * ```ts
 * import { Gamma } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const gamma = new Gamma(3, 2);
 * assert.equal(gamma.mean.dataSync()[0], 1.5);
 * assert.equal(gamma.variance.dataSync()[0], 0.75);
 * ```
 */
export class Gamma extends ParametricDistribution {
  /** The shape parameter. */
  declare readonly concentration: Tensor;
  /** The inverse scale. */
  declare readonly rate: Tensor;

  /** `concentration` and `rate` (default 1) broadcast to the batch shape. */
  constructor(concentration: TensorLike, rate: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { concentration: [concentration, positive], rate: [rate, positive] }, options);
  }
}
