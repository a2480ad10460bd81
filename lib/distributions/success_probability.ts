import type { Tensor } from "../tensor/mod.ts";
import { logit } from "../tensor/special/mod.ts";
import { ParametricDistribution } from "./parametric.ts";

/** The base of families with a probability of success, given as such or by its log odds. */
export abstract class SuccessProbability extends ParametricDistribution {
  /** The probability of a success, which Bernoulli has as a 1. */
  get probs(): Tensor {
    const { probs, logits } = this.parameters;
    return probs ?? logits.sigmoid();
  }

  /** The log odds of a success. */
  get logits(): Tensor {
    const { probs, logits } = this.parameters;
    return logits ?? logit(probs);
  }
}
