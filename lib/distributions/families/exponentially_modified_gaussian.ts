import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { halfLogTwoPi, inverseMills, log1mexp, log1p, logaddexp } from "../../tensor/special/mod.ts";
import { logNormalCdf, logRatio, normalIcdf } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { quantileBetween } from "../quantile_between.ts";

type Family = ExponentiallyModifiedGaussian;

const zero = () => constant(0), half = () => constant(0.5);

/** The log density over the rate; up to z = rate scale by the normal one, lest terms cancel. */
function logShare(distance: Tensor, { scale, rate }: Family): Tensor {
  const r = rate.mul(scale), w = distance.div(scale).sub(r), isUpper = w.greater(zero());
  const far = rate.mul(tf.where(isUpper, distance, zero())).sub(r.square().mul(half()));
  const upper = logNormalCdf(tf.maximum(w, zero())).sub(far), below = tf.minimum(w, zero());
  const square = distance.div(scale).square().mul(half());
  const lower = square.add(inverseMills(below).log()).add(constant(halfLogTwoPi)).neg();
  return tf.where(isUpper, upper, lower);
}

/** The logarithm of Phi(z) - exp(logShare), by the ratio of both. */
function logCdf(distance: Tensor, d: Family): Tensor {
  const z = distance.div(d.scale), whole = logNormalCdf(z), isAbove = z.greater(zero());
  const at = tf.minimum(z, zero()),
    near = logRatio(inverseMills(at), inverseMills(at.sub(d.rate.mul(d.scale))));
  return whole.add(log1mexp(tf.minimum(tf.where(isAbove, logShare(distance, d).sub(whole), near), zero())));
}
const logSurvival = (distance: Tensor, d: Family): Tensor =>
  logaddexp(logNormalCdf(distance.div(d.scale).neg()), logShare(distance, d));

const formulas: Formulas<Family> = {
  support: real,
  hasHeavyTails: true,
  rsample(key, shape, { loc, scale, rate }) {
    const [first, second] = key.split(2), tail = exponential(second, shape).div(rate);
    return first.draw("normal", shape).mul(scale).add(loc).add(tail);
  },
  logDensity: (x, d) => logShare(x.sub(d.loc), d).add(d.rate.log()),
  mean: ({ loc, rate }) => loc.add(rate.reciprocal()),
  variance: ({ scale, rate }) => scale.square().add(rate.reciprocal().square()),
  // Where phi / Phi at z - r is r, by Newton's method in z^2 / 2, whose slope there is 1.
  mode({ loc, scale, rate }) {
    const r = rate.mul(scale), z = (s: Tensor) => s.mul(constant(2)).sqrt();
    let s = log1p(r.square().reciprocal()).mul(half());
    for (let i = 0; i < 6; i++) s = tf.maximum(s.add(logRatio(inverseMills(z(s).sub(r)), r)), s.mul(half()));
    return z(s).mul(scale).add(loc);
  },
  cdf: (x, d) => logCdf(x.sub(d.loc), d).exp(),
  logCdf: (x, d) => logCdf(x.sub(d.loc), d),
  logSurvival: (x, d) => logSurvival(x.sub(d.loc), d),
  icdf(p, d, q) {
    const sides = {
      batchShape: d.batchShape,
      logCdf: (x: Tensor) => logCdf(x, d),
      logSurvival: (x: Tensor) => logSurvival(x, d),
      logDensity: (x: Tensor) => logShare(x, d).add(d.rate.log()),
    };
    // Between that of the normal, and the sum of both that leave out half as much each.
    const between = (p: Tensor, q: Tensor) => {
      const tail = q.mul(half()), far = normalIcdf(tail).mul(d.scale).add(tail.log().div(d.rate)).neg();
      return [normalIcdf(p).mul(d.scale), far] as const;
    };
    return quantileBetween(sides, [p, q], between, [constant(-Infinity), constant(Infinity)]).add(d.loc);
  },
};

/**
 * The exponentially modified Gaussian distribution: of a normal variate and an exponential one,
 * added, as reaction times and chromatographic peaks. Parameters: `loc` and `scale` of the normal,
 * `rate` of the exponential. TensorFlow Probability: `ExponentiallyModifiedGaussian`; SciPy:
 * `exponnorm`, with K = 1 / (rate scale).
 */
export class ExponentiallyModifiedGaussian extends ParametricDistribution {
  /** The mean of the normal part. */
  declare readonly loc: Tensor;
  /** The standard deviation of the normal part. */
  declare readonly scale: Tensor;
  /** The reciprocal of the mean of the exponential part. */
  declare readonly rate: Tensor;

  /** The three broadcast to the batch shape; they default to 0, 1 and 1. */
  constructor(
    loc: TensorLike = 0,
    scale: TensorLike = 1,
    rate: TensorLike = 1,
    options?: DistributionOptions,
  ) {
    super(formulas, { loc: [loc, real], scale: [scale, positive], rate: [rate, positive] }, options);
  }
}
