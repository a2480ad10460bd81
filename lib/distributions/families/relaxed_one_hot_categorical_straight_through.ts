import type { TensorLike } from "../../tensor/mod.ts";
import { positive, realVector, simplex } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { RelaxedCategorical } from "../relaxed_categorical.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { hardOneHot } from "./util/relaxed_categorical.ts";

/**
 * `RelaxedOneHotCategorical` with draws that are one-hot, and have the derivatives of relaxed ones
 * ("straight through"). A draw is scored as the relaxed one that it was. Pyro:
 * `RelaxedOneHotCategoricalStraightThrough`.
 */
export class RelaxedOneHotCategoricalStraightThrough extends RelaxedCategorical {
  /**
   * `temperature` and the parameter without its last axis broadcast to the batch shape.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(temperature: TensorLike, given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const choice = probsOrLogits("RelaxedOneHotCategoricalStraightThrough", given, {
      probs: simplex,
      logits: realVector,
    });
    super(hardOneHot, { temperature: [temperature, positive], ...choice }, options);
  }
}
