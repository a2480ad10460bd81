import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { cauchy } from "../../tensor/random/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { folded, locationScale, type Standard } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";

/** The standard Cauchy distribution; its infinite variance is as in torch and NumPyro. */
const standardCauchy: Standard = {
  draw: cauchy,
  logDensity: (z, scale) => constant(-Math.log(Math.PI)).sub(scale.log()).sub(log1p(z.square())),
  mean: NaN,
  variance: Infinity,
  entropy: Math.log(4 * Math.PI),
  cdf: (z) => z.atan().mul(constant(1 / Math.PI)).add(constant(0.5)),
  quantile: (p) => p.sub(constant(0.5)).mul(constant(Math.PI)).tan(),
};

const cauchyFormulas = locationScale<Cauchy>(standardCauchy);

/** The Cauchy distribution. Parameters: `loc` (median) and `scale` (half width at half maximum). */
export class Cauchy extends ParametricDistribution {
  /** The median. */
  declare readonly loc: Tensor;
  /** The half width at half maximum. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(cauchyFormulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}

const halfCauchyFormulas = locationScale<HalfCauchy>(folded(standardCauchy, {
  logDensity: (z, scale) => constant(Math.log(2 / Math.PI)).sub(scale.log()).sub(log1p(z.square())),
  mean: Infinity,
  variance: Infinity,
  entropy: Math.log(2 * Math.PI),
  cdf: (z) => tf.maximum(z, constant(0)).atan().mul(constant(2 / Math.PI)),
  quantile: (p) => p.mul(constant(Math.PI / 2)).tan(),
}));

/** The distribution of |x| for Cauchy x with median 0. Parameter: `scale`. */
export class HalfCauchy extends ParametricDistribution {
  /** The scale of the Cauchy distribution. */
  declare readonly scale: Tensor;

  /** `scale` defaults to 1. */
  constructor(scale: TensorLike = 1, options?: DistributionOptions) {
    super(halfCauchyFormulas, { scale: [scale, positive] }, options);
  }
}
