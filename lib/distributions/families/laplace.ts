import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { laplace } from "../../tensor/random/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas = locationScale<Laplace>({
  draw: laplace,
  hasHeavyTails: true,
  logDensity: (z, scale) => scale.mul(constant(2)).log().neg().sub(z.abs()),
  isSymmetric: true,
  mean: 0,
  variance: 2,
  entropy: 1 + Math.LN2,
  cdf(z) {
    const isLower = z.less(constant(0)), tail = tf.where(isLower, z, z.neg()).exp().mul(constant(0.5));
    return tf.where(isLower, tail, constant(1).sub(tail));
  },
  logCdf(z) {
    const isLower = z.less(constant(0)), away = tf.where(isLower, z, z.neg()).sub(constant(Math.LN2));
    return tf.where(isLower, away, constant(1).sub(away.exp()).log());
  },
  quantile(p) {
    const tail = tf.minimum(p, constant(1).sub(p)).mul(constant(2)).log();
    return tf.where(p.less(constant(0.5)), tail, tail.neg());
  },
});

/** The Laplace distribution. Parameters: `loc`, the mean, and `scale`, the mean distance to it. */
export class Laplace extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The mean distance from `loc`. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
