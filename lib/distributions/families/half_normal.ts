import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { erf, erfinv, logNormalCdf } from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import { folded, locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { standardNormal } from "./util/standard_normal.ts";

const logPeak = 0.5 * Math.log(2 / Math.PI);

const formulas = locationScale<HalfNormal>(folded(standardNormal, {
  unit: standardNormal.unit,
  logDensity: (z, scale) => constant(logPeak).sub(scale.log()).sub(z.square()),
  mean: Math.sqrt(2 / Math.PI),
  variance: 1 - 2 / Math.PI,
  mode: 0,
  entropy: 0.5 - logPeak,
  cdf: (z) => erf(z.mul(constant(Math.SQRT1_2))),
  logSurvival: (z) => logNormalCdf(z.neg()).add(constant(Math.LN2)),
  quantile: (p) => erfinv(p).mul(constant(Math.SQRT2)),
}));

/** The distribution of |x| for normal x with mean 0. Parameter: `scale`, that of the normal. */
export class HalfNormal extends ParametricDistribution {
  /** The standard deviation of the normal. */
  declare readonly scale: Tensor;

  /** `scale` defaults to 1. */
  constructor(scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { scale: [scale, positive] }, options);
  }
}
