import type { TensorLike } from "../../tensor/mod.ts";
import { positive, realVector, simplex } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { RelaxedCategorical } from "../relaxed_categorical.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { softOneHot } from "./util/relaxed_categorical.ts";

/**
 * The relaxed one-hot categorical distribution on the simplex, whose draws are differentiable and
 * come to those of `OneHotCategorical` as the temperature falls (Maddison, Mnih and Teh, "The
 * concrete distribution", 2017; Jang, Gu and Poole, "Categorical reparameterization with
 * Gumbel-softmax", 2017). Parameters: `temperature`, and the probabilities along the last axis as
 * `probs`, `{ probs }`, or their unnormalised logarithms as `{ logits }`. Pyro:
 * `RelaxedOneHotCategorical`.
 */
export class RelaxedOneHotCategorical extends RelaxedCategorical {
  /**
   * `temperature` and the parameter without its last axis broadcast to the batch shape.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(temperature: TensorLike, given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const choice = probsOrLogits("RelaxedOneHotCategorical", given, { probs: simplex, logits: realVector });
    super(softOneHot, { temperature: [temperature, positive], ...choice }, options);
  }
}
