import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { standardCauchy } from "./util/standard_cauchy.ts";

const formulas = locationScale<Cauchy>(standardCauchy);

/** The Cauchy distribution. Parameters: `loc` (median) and `scale` (half width at half maximum). */
export class Cauchy extends ParametricDistribution {
  /** The median. */
  declare readonly loc: Tensor;
  /** The half width at half maximum. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
