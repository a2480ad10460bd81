import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { gammaMixed } from "./util/negative_binomial.ts";

const formulas = gammaMixed<GammaPoisson>(({ concentration, rate }) => ({
  dispersion: concentration,
  mean: concentration.div(rate),
}));

/**
 * The distribution of counts whose Poisson rate is gamma distributed: a negative binomial one.
 * Parameters: `concentration` and `rate` of the gamma distribution. Draws are float32.
 */
export class GammaPoisson extends ParametricDistribution {
  /** The shape parameter of the gamma distribution. */
  declare readonly concentration: Tensor;
  /** The inverse scale of the gamma distribution. */
  declare readonly rate: Tensor;

  /** `concentration` and `rate` (default 1) broadcast to the batch shape. */
  constructor(concentration: TensorLike, rate: TensorLike = 1, options?: DistributionOptions) {
    super(formulas, { concentration: [concentration, positive], rate: [rate, positive] }, options);
  }
}
