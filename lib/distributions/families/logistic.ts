import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { log1p, logit, softplus } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas = locationScale<Logistic>({
  // The smallest number with all digits stands in for a draw of 0.
  draw: (key, shape) => logit(tf.maximum(key.draw("uniform", shape), constant(2 ** -126))),
  hasHeavyTails: true,
  logDensity(z, scale) {
    const distance = z.abs();
    return distance.add(log1p(distance.neg().exp()).mul(constant(2))).add(scale.log()).neg();
  },
  mean: 0,
  variance: Math.PI ** 2 / 3,
  entropy: 2,
  isSymmetric: true,
  cdf: (z) => z.sigmoid(),
  logCdf: (z) => softplus(z.neg()).neg(),
  quantile: (p) => logit(p),
});

/** The logistic distribution. Parameters: `loc`, the mean, and `scale`. */
export class Logistic extends ParametricDistribution {
  /** The mean. */
  declare readonly loc: Tensor;
  /** The standard deviation in units of pi / sqrt(3). */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
