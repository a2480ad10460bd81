import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cauchy } from "../../tensor/random/mod.ts";
import { log1p, softplus } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas = locationScale<SoftLaplace>({
  draw: (key, shape) => tf.maximum(cauchy(key, shape).abs(), constant(2 ** -126)).log(),
  hasHeavyTails: true,
  logDensity: (z, scale) =>
    constant(Math.log(2 / Math.PI)).sub(scale.log()).sub(z.abs()).sub(softplus(z.abs().mul(constant(-2)))),
  isSymmetric: true,
  mean: 0,
  variance: Math.PI ** 2 / 4,
  entropy: Math.log(2 * Math.PI),
  cdf(z) {
    const isLower = z.less(constant(0)), away = tf.where(isLower, z, z.neg());
    const tail = away.exp().atan().mul(constant(2 / Math.PI));
    return tf.where(isLower, tail, constant(1).sub(tail));
  },
  // By atan(u) / u for u = exp(-|z|), which may be no number but 0.
  logCdf(z) {
    const isLower = z.less(constant(0)), away = tf.where(isLower, z, z.neg()), u = away.exp();
    const isSmall = u.less(constant(1e-3)), some = tf.where(isSmall, constant(1), u);
    const series = constant(1).sub(u.square().mul(constant(1 / 3)));
    const ratio = tf.where(isSmall, series, some.atan().div(some)).mul(constant(2 / Math.PI));
    return tf.where(isLower, ratio.log().add(away), log1p(ratio.mul(u).neg()));
  },
  quantile(p) {
    const isLower = p.less(constant(0.5)), tail = tf.minimum(p, constant(1).sub(p));
    const distance = tail.mul(constant(Math.PI / 2)).tan().log();
    return tf.where(isLower, distance, distance.neg());
  },
});

/**
 * The hyperbolic secant distribution, a Laplace distribution without its kink: the density is
 * 2 / pi / scale / (exp(z) + exp(-z)) for z = (x - loc) / scale. Parameters: `loc`, the mean, and
 * `scale`. NumPyro: `SoftLaplace`.
 */
export class SoftLaplace extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The distance over which the tails fall by a factor e. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
