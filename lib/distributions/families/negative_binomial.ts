import { constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { positive, real, unitInterval } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { gammaMixed } from "./util/negative_binomial.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const formulas = gammaMixed<NegativeBinomial>(({ totalCount, parameters: { probs, logits } }) => ({
  dispersion: totalCount,
  mean: totalCount.mul(logits ? logits.exp() : probs.div(constant(1).sub(probs))),
}));

/**
 * The negative binomial distribution: the number of successes before `totalCount` failures, which
 * need not be a whole number. Parameter: the probability of a success as `probs`, `{ probs }`, or
 * by its log odds as `{ logits }`. Draws are float32. NumPyro: `NegativeBinomial`; SciPy's and R's
 * probability is that of a failure.
 */
export class NegativeBinomial extends SuccessProbability {
  /** The number of failures that end the trials. */
  declare readonly totalCount: Tensor;

  /** `totalCount` and the parameter broadcast to the batch shape. */
  constructor(totalCount: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const given = probsOrLogits("NegativeBinomial", probs, { probs: unitInterval, logits: real });
    super(formulas, { totalCount: [totalCount, positive], ...given }, options);
  }
}
