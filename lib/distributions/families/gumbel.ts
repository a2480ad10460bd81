import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { gumbel } from "../../tensor/random/mod.ts";
import { EULER_GAMMA, log1mexpexp, log1p } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

const formulas = locationScale<Gumbel>({
  draw: gumbel,
  hasHeavyTails: true,
  // At -Infinity it is the exponential that counts; a finite number keeps the two terms apart.
  logDensity: (z, scale) => scale.log().neg().sub(tf.maximum(z, constant(-1e30)).add(z.neg().exp())),
  mean: EULER_GAMMA,
  variance: Math.PI ** 2 / 6,
  mode: 0,
  entropy: 1 + EULER_GAMMA,
  cdf: (z) => z.neg().exp().neg().exp(),
  logCdf: (z) => z.neg().exp().neg(),
  logSurvival: (z) => log1mexpexp(z.neg()),
  quantile(p) {
    const upper = log1p(constant(1).sub(p).neg());
    return tf.where(p.greater(constant(0.5)), upper, p.log()).neg().log().neg();
  },
});

/**
 * The Gumbel distribution: of the largest of many numbers. Parameters: `loc`, the mode, and
 * `scale`.
 */
export class Gumbel extends ParametricDistribution {
  /** The mode. */
  declare readonly loc: Tensor;
  /** The standard deviation in units of pi / sqrt(6). */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
