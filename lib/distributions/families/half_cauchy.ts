import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { log1pSquareRatio } from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import { folded, locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { cotangent, logAbove, standardCauchy } from "./util/standard_cauchy.ts";

const formulas = locationScale<HalfCauchy>(folded(standardCauchy, {
  heavyTail: (distance, width, logScale) =>
    constant(Math.log(2 / Math.PI)).sub(logScale).sub(log1pSquareRatio(distance, width)),
  mean: Infinity,
  variance: Infinity,
  mode: 0,
  entropy: Math.log(2 * Math.PI),
  cdf: (z) => z.atan().mul(constant(2 / Math.PI)),
  logSurvival: (z) => logAbove(z).add(constant(Math.LN2)),
  quantile(p) {
    const turn = constant(Math.PI / 2), far = cotangent(constant(1).sub(p).mul(turn));
    return tf.where(p.less(constant(0.5)), p.mul(turn).tan(), far);
  },
}));

/** The distribution of |x| for Cauchy x with median 0. Parameter: `scale`. */
export class HalfCauchy extends ParametricDistribution {
  /** The scale of the Cauchy distribution. */
  declare readonly scale: Tensor;

  /** `scale` defaults to 1. */
  constructor(scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { scale: [scale, positive] }, options);
  }
}
