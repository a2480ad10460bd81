import type { Tensor, TensorLike } from "../../tensor/mod.ts";
import { positive, real, unitInterval } from "../constraints/mod.ts";
import type { DistributionOptions } from "../parametric.ts";
import { SuccessProbability } from "../success_probability.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { softBernoulli } from "./util/relaxed_bernoulli.ts";

/**
 * The relaxed Bernoulli distribution on numbers between 0 and 1, whose draws are differentiable and
 * come to those of `Bernoulli` as the temperature falls (Maddison, Mnih and Teh, "The concrete
 * distribution", 2017). Parameters: `temperature`, and the probability as `probs`, `{ probs }`, or
 * by its log odds as `{ logits }`. Pyro and NumPyro: `RelaxedBernoulli`.
 */
export class RelaxedBernoulli extends SuccessProbability {
  /** The temperature: near 0, draws are near 0 and 1. */
  declare readonly temperature: Tensor;

  /** `temperature` and the parameter broadcast to the batch shape. */
  constructor(temperature: TensorLike, probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const given = probsOrLogits("RelaxedBernoulli", probs, { probs: unitInterval, logits: real });
    super(softBernoulli, { temperature: [temperature, positive], ...given }, options);
  }
}
