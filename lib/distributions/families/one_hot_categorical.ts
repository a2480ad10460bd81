import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { categoricalByProbs } from "../../tensor/random/mod.ts";
import { oneHot, realVector, simplex } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import {
  categoryEntropy,
  categoryLogProbs,
  categoryProbs,
  chosenLogProb,
  whereTrue,
} from "./util/category_probs.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const formulas: Formulas<OneHotCategorical> = {
  support: oneHot,
  eventShape: ({ parameters: { probs, logits } }) => (probs ?? logits).shape.slice(-1),
  sample(key, shape, d) {
    const indices = categoricalByProbs(key, d.probs, shape.slice(0, -1));
    return tf.oneHot(indices as never, d.eventShape[0]).cast("float32");
  },
  logDensity: (x, { parameters }) => chosenLogProb(parameters, whereTrue(x.greater(constant(0.5)))),
  hidesNaN: true,
  possible: ({ parameters: { probs, logits }, eventShape: [n] }) =>
    tf.oneHot((probs ? probs.argMax(-1) : tf.zeros(logits.shape.slice(0, -1), "int32")) as never, n).cast(
      "float32",
    ),
  mean: ({ probs }) => probs,
  mode: ({ parameters: { probs, logits }, eventShape: [n] }) =>
    tf.oneHot((probs ?? logits).argMax(-1) as never, n).cast("float32"),
  variance: ({ probs }) => probs.mul(constant(1).sub(probs)),
  entropy: ({ parameters }) => categoryEntropy(parameters),
  values: ({ eventShape: [n] }) => tf.eye(n),
};

/**
 * The categorical distribution on one-hot vectors. Parameter: the probabilities along the last axis
 * as `probs`, `{ probs }`, or their unnormalised logarithms as `{ logits }`. Draws are float32.
 */
export class OneHotCategorical extends ParametricDistribution {
  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const constraints = { probs: simplex, logits: realVector };
    super(formulas, probsOrLogits("OneHotCategorical", given, constraints), options);
  }

  /** The probabilities, along the last axis. */
  get probs(): Tensor {
    return categoryProbs(this.parameters);
  }

  /** The normalised log probabilities, along the last axis. */
  get logits(): Tensor {
    return categoryLogProbs(this.parameters);
  }
}
