import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { betaln, digamma, EULER_GAMMA, expm1, log1mexp, log1p, xlog0 } from "../../tensor/special/mod.ts";
import { positive, unitInterval } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const zero = () => constant(0), one = () => constant(1);

/** The logarithm of 1 - x^a, the probability of a draw above x for b = 1; x is not 0. */
const logRest = (x: Tensor, a: Tensor): Tensor => log1mexp(x.log().mul(a));

/** The logarithm of the n-th moment. */
const logMoment = (n: number, { concentration1: a, concentration0: b }: Kumaraswamy): Tensor =>
  b.log().add(betaln(constant(n).div(a).add(one()), b));

const formulas: Formulas<Kumaraswamy> = {
  support: unitInterval,
  rsample: (key, shape, { concentration1, concentration0 }) =>
    log1mexp(exponential(key, shape).div(concentration0).neg()).div(concentration1).exp(),
  logDensity(x, { concentration1: a, concentration0: b }) {
    // At 0 nothing but x^(a - 1) counts, and at 1 nothing but (1 - x^a)^(b - 1).
    const isZero = x.equal(zero()), isOne = x.equal(one()), power = b.sub(one());
    const log = tf.where(isZero, one(), x).log(), isEnd = isZero.logicalOr(isOne);
    const rest = tf.where(isZero, zero(), power.mul(log1mexp(tf.where(isEnd, constant(-1), log).mul(a))));
    const atOne = xlog0(power, tf.where(isOne, zero(), one()));
    return a.log().add(b.log()).add(a.sub(one()).mul(log)).add(xlog0(a.sub(one()), x))
      .add(tf.where(isOne, atOne, rest));
  },
  mean: (d) => logMoment(1, d).exp(),
  mode({ concentration1: a, concentration0: b }) {
    const isInside = a.greaterEqual(one()).logicalAnd(b.greaterEqual(one()));
    const power = a.sub(one()).div(a.mul(b).sub(one())).log().div(a).exp();
    return tf.where(isInside, power, constant(NaN));
  },
  variance(d) {
    const square = logMoment(1, d).mul(constant(2));
    return expm1(logMoment(2, d).sub(square)).mul(square.exp());
  },
  entropy({ concentration1: a, concentration0: b }) {
    const harmonic = digamma(b.add(one())).add(constant(EULER_GAMMA));
    return one().sub(b.reciprocal()).add(one().sub(a.reciprocal()).mul(harmonic)).sub(a.mul(b).log());
  },
  cdf(x, { concentration1, concentration0 }) {
    const isZero = x.equal(zero()), inner = tf.where(isZero, one(), x);
    return tf.where(isZero, zero(), expm1(logRest(inner, concentration1).mul(concentration0)).neg());
  },
  // Where x^a is small, the density is that of a power.
  logCdf(x, { concentration1: a, concentration0: b }) {
    const isZero = x.equal(zero()), power = tf.where(isZero, constant(-1), x.log().mul(a));
    const isSmall = power.less(constant(-60)), rest = log1mexp(tf.where(isSmall, constant(-1), power)).mul(b);
    return tf.where(isZero, constant(-Infinity), tf.where(isSmall, power.add(b.log()), log1mexp(rest)));
  },
  logSurvival(x, { concentration1: a, concentration0: b }) {
    const isZero = x.equal(zero()), rest = logRest(tf.where(isZero, constant(0.5), x), a);
    return tf.where(isZero, zero(), rest.mul(b));
  },
  icdf: (p, { concentration1, concentration0 }) =>
    log1mexp(log1p(p.neg()).div(concentration0)).div(concentration1).exp(),
};

/**
 * The Kumaraswamy distribution, like a beta distribution with a quantile function in closed form.
 * Parameters: `concentration1` and `concentration0`, the powers at 0 and at 1. NumPyro:
 * `Kumaraswamy`.
 */
export class Kumaraswamy extends ParametricDistribution {
  /** The power by which the density begins at 0, and one more. */
  declare readonly concentration1: Tensor;
  /** The power by which it ends at 1, and one more. */
  declare readonly concentration0: Tensor;

  /** Both broadcast to the batch shape. */
  constructor(concentration1: TensorLike, concentration0: TensorLike, options?: DistributionOptions) {
    super(
      formulas,
      { concentration1: [concentration1, positive], concentration0: [concentration0, positive] },
      options,
    );
  }
}
