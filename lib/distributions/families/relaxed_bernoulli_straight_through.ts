import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive, real, unitInterval } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { hardBernoulli } from "./util/relaxed_bernoulli.ts";

/**
 * `RelaxedBernoulli` with draws that are 0 or 1, and have the derivatives of relaxed ones
 * ("straight through"). A draw is scored as the relaxed one that it was. Pyro:
 * `RelaxedBernoulliStraightThrough`.
 */
export class RelaxedBernoulliStraightThrough extends SuccessProbability {
  /** The temperature of the relaxed draws. */
  declare readonly temperature: Tensor;

  /** `temperature` and the parameter broadcast to the batch shape. */
  constructor(temperature: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const given = probsOrLogits("RelaxedBernoulliStraightThrough", probs, {
      probs: unitInterval,
      logits: real,
    });
    super(hardBernoulli, { temperature: [temperature, positive], ...given }, options);
  }
}
