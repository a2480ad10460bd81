import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { gammaMixed } from "./util/negative_binomial.ts";

const formulas = gammaMixed<NegativeBinomial2>(({ concentration, parameters: { mean } }) => ({
  dispersion: concentration,
  mean,
}));

/**
 * The negative binomial distribution by its mean: the variance is mean + mean^2 / concentration.
 * Parameters: `mean` and `concentration`. Draws are float32. NumPyro: `NegativeBinomial2`.
 */
export class NegativeBinomial2 extends ParametricDistribution {
  /** The inverse of the dispersion: towards Infinity counts are Poisson distributed. */
  declare readonly concentration: Tensor;

  /** `mean` and `concentration` broadcast to the batch shape. */
  constructor(mean: TensorLike, concentration: TensorLike, options?: DistributionOptions) {
    super(formulas, { mean: [mean, positive], concentration: [concentration, positive] }, options);
  }
}
