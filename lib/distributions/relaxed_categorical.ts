import type { Tensor } from "../tensor/mod.ts";
import { categoryLogProbs, categoryProbs } from "./families/util/category_probs.ts";
import { ParametricDistribution } from "./parametric.ts";

/** The base of both relaxed one-hot families. */
export abstract class RelaxedCategorical extends ParametricDistribution {
  /** The temperature: near 0, draws are near the corners of the simplex. */
  declare readonly temperature: Tensor;

  /** The probabilities, along the last axis. */
  get probs(): Tensor {
    return categoryProbs(this.parameters);
  }

  /** The normalised log probabilities, along the last axis. */
  get logits(): Tensor {
    return categoryLogProbs(this.parameters);
  }
}
