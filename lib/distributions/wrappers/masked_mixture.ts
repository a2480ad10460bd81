import { asTensor, broadcastShapes, tf } from "../../tensor/mod.ts";
import type { Key, Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { checkExpand, checkValueShape } from "../checks.ts";
import type { Constraint } from "../constraints/mod.ts";
import { Distribution } from "../distribution.ts";
import { broadcastTo } from "../shapes.ts";
import { checkDistribution, checkEvents, checkMask } from "./check_of_numbers.ts";
import { scoreMasked } from "./masked.ts";

/**
 * A choice between two distributions of the same event shape, member by member: from the second
 * where a mask is true, else from the first. Pyro: `MaskedMixture`.
 *
 * @example The second of two members has heavy tails
 * ```ts
 * import { Cauchy, MaskedMixture, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const isFar = tf.tensor([false, true], [2], "bool");
 * const both = new MaskedMixture(isFar, new Normal(0, 1), new Cauchy(0, 1));
 * const [first, second] = both.logProb(0).exp().dataSync();
 * assert(Math.abs(first - 1 / Math.sqrt(2 * Math.PI)) < 1e-6);
 * assert(Math.abs(second - 1 / Math.PI) < 1e-6);
 * ```
 */
export class MaskedMixture extends Distribution {
  /** The shape of the batch of distributions. */
  override readonly batchShape: Shape;
  /** The shape of one draw. */
  override readonly eventShape: Shape;

  /** Takes a boolean mask, which broadcasts with the batches, and both distributions. */
  constructor(
    /** True where a member is of the second distribution. */
    readonly maskValue: Tensor,
    /** The distribution where the mask is false. */
    readonly component0: Distribution,
    /** The distribution where the mask is true. */
    readonly component1: Distribution,
  ) {
    super();
    checkMask("make MaskedMixture", maskValue);
    for (const one of [component0, component1]) checkDistribution("MaskedMixture", one);
    checkEvents("MaskedMixture", [component0, component1]);
    this.batchShape = broadcastShapes(maskValue.shape, component0.batchShape, component1.batchShape);
    this.eventShape = component0.eventShape;
  }

  /** The values that have positive density under the first distribution. */
  override get support(): Constraint {
    return this.component0.support;
  }

  /** True where draws of both are differentiable. */
  override get hasRsample(): boolean {
    return this.component0.hasRsample && this.component1.hasRsample;
  }

  /** Takes a result of each member, with `eventDim` axes of its own, from its distribution. */
  private chosen(of: (d: Distribution) => Tensor, eventDim: number): Tensor {
    const { maskValue, component0, component1 } = this, [zero, one] = [of(component0), of(component1)];
    const isOne = maskValue.reshape([...maskValue.shape, ...Array<number>(eventDim).fill(1)]);
    return tf.where(isOne, one, zero);
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.chosen((d) => d.expand(this.batchShape).sample(key, sampleShape), this.eventShape.length);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.chosen((d) => d.expand(this.batchShape).rsample(key, sampleShape), this.eventShape.length);
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    const x = asTensor(value), { maskValue, component0, component1, batchShape, eventShape } = this;
    checkValueShape(`score ${this.name}`, x.shape, batchShape, eventShape);
    // Of a value of the other one, neither distribution is asked.
    return scoreMasked(component0.expand(this.batchShape), x, maskValue.logicalNot())
      .add(scoreMasked(component1.expand(this.batchShape), x, maskValue));
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return broadcastTo(this.chosen((d) => d.mean, this.eventShape.length), this.shape());
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return broadcastTo(this.chosen((d) => d.variance, this.eventShape.length), this.shape());
  }

  /** The value of the greatest density, of the shape `batchShape + eventShape`. */
  override get mode(): Tensor {
    return broadcastTo(this.chosen((d) => d.mode, this.eventShape.length), this.shape());
  }

  /** Returns the entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return broadcastTo(this.chosen((d) => d.entropy(), 0), this.batchShape);
  }

  /** Returns the distribution function at a value. */
  override cdf(value: TensorLike): Tensor {
    return this.chosen((d) => d.cdf(value), 0);
  }

  /** Returns the logarithm of the distribution function, with the digits that both have. */
  override logCdf(value: TensorLike): Tensor {
    return this.chosen((d) => d.logCdf(value), 0);
  }

  /** Returns the logarithm of the probability above a value, with the digits that both have. */
  override logSurvival(value: TensorLike): Tensor {
    return this.chosen((d) => d.logSurvival(value), 0);
  }

  /** Returns the quantile of a probability. */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    return this.chosen((d) => d.icdf(probability, rest), 0);
  }

  /** Returns the same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    checkExpand(this.name, this.batchShape, batchShape);
    const { maskValue, component0, component1 } = this;
    return new MaskedMixture(broadcastTo(maskValue, batchShape), component0, component1);
  }
}
