import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { standardLogistic } from "./util/standard_logistic.ts";

const formulas = locationScale<Logistic>(standardLogistic);

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
