import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { EULER_GAMMA, expm1, lgamma, log1mexpexp, log1p, logRatio, xlog0 } from "../../tensor/special/mod.ts";
import { nonNegative, positive } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The logarithm of the n-th moment of the standard form. */
const logMoment = (n: number, { concentration }: Weibull): Tensor =>
  lgamma(constant(n).div(concentration).add(constant(1)));

const formulas: Formulas<Weibull> = {
  support: nonNegative,
  rsample: (key, shape, { scale, concentration }) =>
    tf.pow(exponential(key, shape), concentration.reciprocal()).mul(scale),
  logDensity(x, { scale, concentration: k }) {
    // log(k / scale) + (k - 1) log(x / scale) - (x / scale)^k; at 0 the power of x alone counts.
    const isZero = x.equal(constant(0)), log = logRatio(tf.where(isZero, scale, x), scale);
    const power = k.sub(constant(1)), above = power.mul(log).sub(k.mul(log).exp());
    return k.log().sub(scale.log()).add(tf.where(isZero, power.mul(scale.log()).neg(), above))
      .add(xlog0(power, x));
  },
  mean: (d) => logMoment(1, d).exp().mul(d.scale),
  mode({ scale, concentration: k }) {
    const rest = tf.maximum(k.sub(constant(1)), constant(0)).div(k);
    return tf.pow(rest, k.reciprocal()).mul(scale);
  },
  variance(d) {
    const first = logMoment(1, d).mul(constant(2));
    return expm1(logMoment(2, d).sub(first)).mul(first.exp()).mul(d.scale.square());
  },
  entropy: ({ scale, concentration: k }) =>
    constant(1).sub(k.reciprocal()).mul(constant(EULER_GAMMA)).add(scale.div(k).log()).add(constant(1)),
  cdf: (x, { scale, concentration }) => expm1(tf.pow(x.div(scale), concentration).neg()).neg(),
  logCdf: (x, { scale, concentration }) => log1mexpexp(logRatio(x, scale).mul(concentration)),
  logSurvival: (x, { scale, concentration }) => tf.pow(x.div(scale), concentration).neg(),
  icdf: (p, { scale, concentration }) => tf.pow(log1p(p.neg()).neg(), concentration.reciprocal()).mul(scale),
};

/**
 * The Weibull distribution: of times to a failure whose rate is a power of the time. Parameters:
 * `scale` and `concentration`; with concentration 1 it is exponential.
 */
export class Weibull extends ParametricDistribution {
  /** The time by which a share of 1 - 1 / e has failed. */
  declare readonly scale: Tensor;
  /** The shape: below 1 the rate falls with time, above 1 it rises. */
  declare readonly concentration: Tensor;

  /** `scale` and `concentration` broadcast to the batch shape. */
  constructor(scale: TensorLike, concentration: TensorLike, options?: DistributionOptions) {
    super(formulas, { scale: [scale, positive], concentration: [concentration, positive] }, options);
  }
}
