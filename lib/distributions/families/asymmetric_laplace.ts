import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { exponential } from "../../tensor/random/mod.ts";
import { expm1, log1p } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The lengths of both tails in units of the scale: mean distances of values below, and above. */
const tails = ({ asymmetry }: AsymmetricLaplace) => ({ left: asymmetry, right: asymmetry.reciprocal() });
/** The share of the values that lie below `loc`. */
const shareBelow = ({ asymmetry }: AsymmetricLaplace) => {
  const square = asymmetry.square();
  return square.div(square.add(constant(1)));
};

/**
 * The logarithm of the probability beyond a number on one side of `loc`, by the scales of the tail
 * there and of the other one.
 */
function logSide(z: Tensor, own: Tensor, other: Tensor): Tensor {
  const isBeyond = z.greater(constant(0)), distance = tf.where(isBeyond, z, z.neg());
  const away = distance.div(tf.where(isBeyond, own, other)).neg();
  const log = log1p(other.square()).neg();
  const near = log.exp().mul(away.exp()).sub(expm1(away));
  return tf.where(isBeyond, log.add(away), tf.where(isBeyond, constant(1), near).log());
}

const formulas = locationScale<AsymmetricLaplace>({
  draw(key, shape, d) {
    const [up, down] = key.split(2), { left, right } = tails(d);
    return exponential(up, shape).mul(right).sub(exponential(down, shape).mul(left));
  },
  hasHeavyTails: true,
  logDensity(z, scale, d) {
    const { left, right } = tails(d), isBelow = z.less(constant(0));
    const peak = left.add(right).log().add(scale.log()).neg();
    return peak.sub(z.abs().div(tf.where(isBelow, left, right)));
  },
  mean: (d) => tails(d).right.sub(tails(d).left),
  variance: (d) => tails(d).right.square().add(tails(d).left.square()),
  mode: 0,
  entropy: (d) => tails(d).right.add(tails(d).left).log().add(constant(1)),
  cdf(z, d) {
    const { left, right } = tails(d), below = shareBelow(d), isBelow = z.less(constant(0));
    const away = tf.where(isBelow, z, z.neg()).div(tf.where(isBelow, left, right)),
      tail = away.exp().mul(below);
    return tf.where(isBelow, tail, tail.sub(expm1(away)));
  },
  logCdf: (z, d) => logSide(z.neg(), tails(d).left, tails(d).right),
  logSurvival: (z, d) => logSide(z, tails(d).right, tails(d).left),
  quantile(p, d) {
    const { left, right } = tails(d), below = shareBelow(d), isBelow = p.less(below);
    const lower = tf.where(isBelow, p.div(below), constant(1)).log().mul(left);
    const excess = tf.where(isBelow, constant(0), p.sub(below).div(constant(1).sub(below)));
    return tf.where(isBelow, lower, log1p(excess.neg()).mul(right).neg());
  },
});

/**
 * The asymmetric Laplace distribution: values fall off below `loc` with the mean distance scale *
 * asymmetry, above it with scale / asymmetry. Parameters: `loc`, the mode, `scale` and `asymmetry`.
 * NumPyro: `AsymmetricLaplace`.
 */
export class AsymmetricLaplace extends ParametricDistribution {
  /** The mode. */
  declare readonly loc: Tensor;
  /** The geometric mean of both mean distances. */
  declare readonly scale: Tensor;
  /** The root of the ratio of the mean distance below to that above. */
  declare readonly asymmetry: Tensor;

  /** The three broadcast to the batch shape; they default to 0, 1 and 1. */
  constructor(
    loc: TensorLike = 0,
    scale: TensorLike = 1,
    asymmetry: TensorLike = 1,
    options?: DistributionOptions,
  ) {
    super(
      formulas,
      { loc: [loc, real], scale: [scale, positive], asymmetry: [asymmetry, positive] },
      options,
    );
  }
}
