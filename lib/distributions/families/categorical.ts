import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { categorical } from "../../tensor/random/mod.ts";
import { type Constraint, integerInterval, realVector, simplex } from "../constraints/mod.ts";
import { categoryEntropy, categoryLogProbs, categoryProbs } from "./util/category_probs.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { broadcastTo } from "../shapes.ts";

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
  /** Whether the values are countable. */
  override readonly isDiscrete: boolean = true;
  /** Whether `enumerateSupport` lists all values. */
  override readonly hasEnumerateSupport: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint;
  /** The number of categories. */
  readonly categories: number;

  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(probsOrLogits("Categorical", given, { probs: simplex, logits: realVector }), [], options);
    const { shape } = this.parameters.probs ?? this.parameters.logits;
    this.categories = shape[shape.length - 1];
    this.support = integerInterval(0, this.categories - 1);
  }

  /** The probabilities, along the last axis. */
  get probs(): Tensor {
    return categoryProbs(this.parameters);
  }

  /** The normalised log probabilities, along the last axis. */
  get logits(): Tensor {
    return categoryLogProbs(this.parameters);
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return categorical(key, this.parameters.logits ?? this.logits, this.shape(sampleShape));
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const isChosen = value.expandDims(-1).equal(tf.range(0, this.categories, 1, "float32"));
    return tf.where(isChosen, this.logits, constant(0)).sum(-1);
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(categoryEntropy(this.logits));
  }

  /** All values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    const n = this.categories;
    const values = tf.range(0, n, 1, "int32").reshape([n, ...this.batchShape.map(() => 1)]);
    return expand ? broadcastTo(values, [n, ...this.batchShape]) : values;
  }
}
