import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { expm1 } from "../../tensor/special/mod.ts";
import { positive, real } from "../constraints/mod.ts";
import { exponentiated, locationScale } from "../location_scale.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { standardNormal } from "./util/standard_normal.ts";

const formulas = exponentiated<LogNormal>(locationScale(standardNormal), {
  mode: ({ loc, scale }) => loc.sub(scale.square()).exp(),
  mean: ({ loc, scale }) => loc.add(scale.square().mul(constant(0.5))).exp(),
  variance({ loc, scale }) {
    const square = scale.square();
    return expm1(square).mul(loc.mul(constant(2)).add(square).exp());
  },
});

/** The distribution of exp(x) for normal x. Parameters: `loc` and `scale` of the normal. */
export class LogNormal extends ParametricDistribution {
  /** The mean of the logarithm. */
  declare readonly loc: Tensor;
  /** The standard deviation of the logarithm. */
  declare readonly scale: Tensor;

  /** `loc` and `scale` broadcast to the batch shape; they default to 0 and 1. */
  constructor(loc: TensorLike = 0, scale: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { loc: [loc, real], scale: [scale, positive] }, options);
  }
}
