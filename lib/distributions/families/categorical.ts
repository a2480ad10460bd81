import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { categoricalByProbs } from "../../tensor/random/mod.ts";
import { logsumexp } from "../../tensor/special/mod.ts";
import { integerInterval, realVector, simplex } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import {
  atIndex,
  categoryEntropy,
  categoryLogProbs,
  categoryProbs,
  chosenLogProb,
} from "./util/category_probs.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

const numbers = (n: number) => tf.range(0, n, 1, "float32");

/** The log probability of the categories for which a condition holds. */
const logSum = ({ parameters: { probs }, logits }: Categorical, isCounted: Tensor): Tensor =>
  probs
    ? tf.where(isCounted, probs, constant(0)).sum(-1).log()
    : logsumexp(tf.where(isCounted, logits, constant(-Infinity)), -1);

const formulas: Formulas<Categorical> = {
  support: ({ categories }) => integerInterval(0, categories - 1),
  sample: (key, shape, d) => categoricalByProbs(key, d.probs, shape),
  logDensity(x, { parameters }) {
    const { probs, logits } = parameters;
    return chosenLogProb(parameters, atIndex(x), (probs ?? logits).size < x.size);
  },
  hidesNaN: true,
  possible: ({ parameters: { probs } }) => probs ? probs.argMax(-1).cast("float32") : constant(0),
  mode: ({ parameters: { probs, logits } }) => (probs ?? logits).argMax(-1),
  entropy: ({ parameters }) => categoryEntropy(parameters),
  cdf: (x, { categories, probs }) =>
    tf.where(x.expandDims(-1).greaterEqual(numbers(categories)), probs, constant(0)).sum(-1),
  logCdf: (x, d) => logSum(d, x.expandDims(-1).greaterEqual(numbers(d.categories))),
  logSurvival: (x, d) => logSum(d, x.expandDims(-1).less(numbers(d.categories))),
  // The last category takes what rounding leaves of the sum.
  icdf: (p, { categories, probs }) =>
    p.expandDims(-1).greater(tf.cumsum(probs, probs.rank - 1)).cast("int32").sum(-1)
      .minimum(constant(categories - 1).cast("int32")),
  values: ({ categories }) => tf.range(0, categories, 1, "int32"),
};

/**
 * The categorical distribution on 0 ... n - 1. Parameter: the probabilities along the last axis as
 * `probs`, `{ probs }`, or their unnormalised logarithms as `{ logits }`. Draws are int32.
 *
 * @example Probabilities of all categories
 * ```ts
 * import { Categorical } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const die = new Categorical([0.25, 0.25, 0.5]);
 * const probs = die.logProb(die.enumerateSupport()).exp().dataSync();
 * assert([0.25, 0.25, 0.5].every((p, i) => Math.abs(p - probs[i]) < 1e-6));
 * ```
 */
export class Categorical extends ParametricDistribution {
  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(
      formulas,
      probsOrLogits("Categorical", given, { probs: simplex, logits: realVector }),
      options,
    );
  }

  /** The number of categories. */
  get categories(): number {
    return (this.parameters.probs ?? this.parameters.logits).shape.at(-1)!;
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
