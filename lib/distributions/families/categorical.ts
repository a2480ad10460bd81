import { constant, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { categorical } from "../../tensor/random/mod.ts";
import { logsumexp } from "../../tensor/special/mod.ts";
import { integerInterval, oneHot, realVector, simplex } from "../constraints/mod.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";

/** The parameter of a categorical family: one of the two, along the last axis. */
interface CategoryParameters {
  readonly probs?: Tensor;
  readonly logits?: Tensor;
}

/** Returns probabilities along the last axis from either parameter. */
function categoryProbs(given: CategoryParameters): Tensor {
  return given.probs ?? tf.softmax(given.logits!, -1);
}

/** Returns normalised log probabilities along the last axis from either parameter. */
function categoryLogProbs(given: CategoryParameters): Tensor {
  return given.logits ? given.logits.sub(logsumexp(given.logits, -1, true)) : given.probs!.log();
}

/** Returns the entropy, from log probabilities along the last axis; impossible ones count 0. */
function categoryEntropy(logProbs: Tensor): Tensor {
  const finite = tf.where(logProbs.greater(constant(-Infinity)), logProbs, constant(0));
  return logProbs.exp().mul(finite).sum(-1).neg();
}

const numbers = (n: number) => tf.range(0, n, 1, "float32");

const formulas: Formulas<Categorical> = {
  support: ({ categories }) => integerInterval(0, categories - 1),
  sample: (key, shape, d) => categorical(key, d.parameters.logits ?? d.logits, shape),
  logDensity: (x, { categories, logits }) =>
    tf.where(x.expandDims(-1).equal(numbers(categories)), logits, constant(0)).sum(-1),
  entropy: ({ logits }) => categoryEntropy(logits),
  cdf: (x, { categories, probs }) =>
    tf.where(x.expandDims(-1).greaterEqual(numbers(categories)), probs, constant(0)).sum(-1),
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

const oneHotFormulas: Formulas<OneHotCategorical> = {
  support: oneHot,
  eventShape: ({ parameters: { probs, logits } }) => (probs ?? logits).shape.slice(-1),
  sample(key, shape, d) {
    const indices = categorical(key, d.parameters.logits ?? d.logits, shape.slice(0, -1));
    return tf.oneHot(indices as never, d.eventShape[0]).cast("float32");
  },
  logDensity: (x, { logits }) => tf.where(x.greater(constant(0.5)), logits, constant(0)).sum(-1),
  mean: ({ probs }) => probs,
  variance: ({ probs }) => probs.mul(constant(1).sub(probs)),
  entropy: ({ logits }) => categoryEntropy(logits),
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
    super(oneHotFormulas, probsOrLogits("OneHotCategorical", given, constraints), options);
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
