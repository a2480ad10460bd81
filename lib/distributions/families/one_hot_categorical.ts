import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { categorical } from "../../tensor/random/mod.ts";
import { categoryEntropy, categoryLogProbs, categoryProbs } from "./util/category_probs.ts";
import { type Constraint, oneHot, realVector, simplex } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { broadcastTo, lastAxis } from "../shapes.ts";

/**
 * The categorical distribution on one-hot vectors. Parameter: the probabilities along the last axis
 * as `probs`, `{ probs }`, or their unnormalised logarithms as `{ logits }`. Draws are float32.
 */
export class OneHotCategorical extends ParametricDistribution {
  /** Whether the values are countable. */
  override readonly isDiscrete: boolean = true;
  /** Whether `enumerateSupport` lists all values. */
  override readonly hasEnumerateSupport: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = oneHot;

  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(given: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    const parameters = probsOrLogits("OneHotCategorical", given, { probs: simplex, logits: realVector });
    super(parameters, lastAxis((parameters.probs ?? parameters.logits)[0]), options);
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
    const logits = this.parameters.logits ?? this.logits;
    const indices = categorical(key, logits, [...sampleShape, ...this.batchShape]);
    return tf.oneHot(indices as never, this.eventShape[0]).cast("float32");
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    return tf.where(value.greater(constant(0.5)), this.logits, constant(0)).sum(-1);
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.probs);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const probs = this.probs;
    return this.full(probs.mul(constant(1).sub(probs)));
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return this.perMember(categoryEntropy(this.logits));
  }

  /** All values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    const n = this.eventShape[0];
    const values = tf.eye(n).reshape([n, ...this.batchShape.map(() => 1), n]);
    return expand ? broadcastTo(values, [n, ...this.batchShape, n]) : values;
  }
}
