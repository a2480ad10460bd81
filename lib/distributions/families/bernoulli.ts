import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { logit, sigmoidCrossEntropy, softplus, xlogy } from "../../tensor/special/mod.ts";
import { boolean, type Constraint, real, unitInterval } from "../constraints/mod.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { type ProbsOrLogits, probsOrLogits } from "./util/probs_or_logits.ts";
import { broadcastTo } from "../shapes.ts";

/**
 * The Bernoulli distribution on 0 and 1. Parameter: the probability of a 1 as `probs`, `{ probs }`,
 * or by its log odds as `{ logits }`. Draws are float32.
 */
export class Bernoulli extends ParametricDistribution {
  /** Whether the values are countable. */
  override readonly isDiscrete: boolean = true;
  /** Whether `enumerateSupport` lists all values. */
  override readonly hasEnumerateSupport: boolean = true;
  /** The values that have positive density. */
  override readonly support: Constraint = boolean;

  /**
   * Makes the distribution from its one parameter.
   * @throws Error unless exactly one of probs and logits is given.
   */
  constructor(probs: TensorLike | ProbsOrLogits, options?: DistributionOptions) {
    super(probsOrLogits("Bernoulli", probs, { probs: unitInterval, logits: real }), [], options);
  }

  /** The probability of a 1. */
  get probs(): Tensor {
    const { probs, logits } = this.parameters;
    return probs ?? logits.sigmoid();
  }

  /** The log odds of a 1. */
  get logits(): Tensor {
    const { probs, logits } = this.parameters;
    return logits ?? logit(probs);
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return key.draw("uniform", this.shape(sampleShape)).less(this.probs).cast("float32");
  }

  /** The log density of float values whose shape fits. */
  protected override logDensity(value: Tensor): Tensor {
    const { probs, logits } = this.parameters;
    if (logits) return sigmoidCrossEntropy(logits, value).neg();
    // Exact at probabilities 0 and 1, where the logits are infinite.
    const one = constant(1);
    return xlogy(value, probs).add(xlogy(one.sub(value), one.sub(probs)));
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.full(this.probs);
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    const { probs, logits } = this.parameters;
    return this.full(
      logits ? logits.sigmoid().mul(logits.neg().sigmoid()) : probs.mul(constant(1).sub(probs)),
    );
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    const { probs, logits } = this.parameters;
    if (logits) {
      // The same for l and -l; on the negative side nothing cancels.
      const size = logits.abs(), away = size.neg();
      return this.perMember(softplus(away).add(size.mul(away.sigmoid())));
    }
    const rest = constant(1).sub(probs);
    return this.perMember(xlogy(probs, probs).add(xlogy(rest, rest)).neg());
  }

  /** All values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    const values = tf.tensor([0, 1]).reshape([2, ...this.batchShape.map(() => 1)]);
    return expand ? broadcastTo(values, [2, ...this.batchShape]) : values;
  }
}
