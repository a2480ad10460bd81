import {
  asTensor,
  constant,
  formatShape,
  type Key,
  type Shape,
  type Tensor,
  tf,
  tryBroadcastShapes,
} from "../../tensor/mod.ts";
import type { Constraint } from "../constraints/mod.ts";
import { Distribution, wrappers } from "../distribution.ts";

/**
 * A distribution whose log density counts only where a mask is true, as Pyro's
 * `MaskedDistribution`.
 *
 * @example A missing value
 * ```ts
 * import { Masked, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const present = tf.tensor([true, false], [2], "bool");
 * const masked = new Normal(tf.zeros([2]), 1).mask(present);
 * assert(masked instanceof Masked);
 * const [scored, left] = masked.logProb(tf.zeros([2])).dataSync();
 * assert(scored < 0 && left === 0);
 * ```
 */
export class Masked extends Distribution {
  /** The shape of the batch of distributions. */
  override readonly batchShape: Shape;
  /** The shape of one draw. */
  override readonly eventShape: Shape;
  /** The values that have positive density. */
  override readonly support: Constraint;
  /** Whether draws are differentiable functions of the parameters. */
  override readonly hasRsample: boolean;
  /** Whether `enumerateSupport` lists all values. */
  override readonly hasEnumerateSupport: boolean;
  /** Whether the values are countable. */
  override readonly isDiscrete: boolean;
  /** The distribution, expanded to the mask's shape where that is larger. */
  readonly base: Distribution;

  /**
   * Masks a distribution.
   * @param base the distribution
   * @param maskValue true, false, or a tensor that broadcasts with the batch
   * @throws Error where it does not.
   */
  constructor(base: Distribution, readonly maskValue: Tensor | boolean) {
    super();
    const maskShape = typeof maskValue === "boolean" ? [] : maskValue.shape;
    const batchShape = tryBroadcastShapes(base.batchShape, maskShape);
    if (!batchShape) {
      throw new Error(
        `Cannot mask ${base.name}: a mask of shape ${
          formatShape(maskShape)
        } does not broadcast with batch shape ` +
          `${formatShape(base.batchShape)}`,
      );
    }
    this.base = base.expand(batchShape);
    this.batchShape = batchShape;
    this.eventShape = base.eventShape;
    this.support = base.support;
    this.hasRsample = base.hasRsample;
    this.hasEnumerateSupport = base.hasEnumerateSupport;
    this.isDiscrete = base.isDiscrete;
  }

  /** The parameters by the field's names. */
  override get parameters(): Record<string, Tensor> {
    return this.base.parameters;
  }

  /** The mean, of the shape `batchShape + eventShape`. */
  override get mean(): Tensor {
    return this.base.mean;
  }

  /** The variance, of the shape `batchShape + eventShape`. */
  override get variance(): Tensor {
    return this.base.variance;
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return maskOut(this.base.entropy(), this.maskValue);
  }

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  override sample(key: Key, sampleShape: Shape = []): Tensor {
    return this.base.sample(key, sampleShape);
  }

  /** Draws values that are differentiable in the parameters. */
  override rsample(key: Key, sampleShape: Shape = []): Tensor {
    return this.base.rsample(key, sampleShape);
  }

  /** The log density of a value, event axes summed out. */
  override logProb(value: Tensor): Tensor {
    if (this.maskValue === false) {
      const batch = value.shape.slice(0, value.shape.length - this.eventShape.length);
      return tf.broadcastTo(constant(0), tryBroadcastShapes(batch, this.batchShape) ?? this.batchShape);
    }
    return maskOut(this.base.logProb(value), this.maskValue);
  }

  /** All values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    return this.base.enumerateSupport(expand);
  }

  /** The same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    return new Masked(this.base.expand(batchShape), this.maskValue);
  }
}

/** The tensor with 0 wherever the mask (true, false or a tensor that broadcasts) is false. */
export function maskOut(tensor: Tensor, mask: Tensor | boolean): Tensor {
  if (mask === true) return tensor;
  const condition = mask === false
    ? asTensor(false).cast("bool")
    : mask.dtype === "bool"
    ? mask
    : mask.cast("bool");
  return tf.where(condition, tensor, constant(0));
}

wrappers.masked = (base, mask) => new Masked(base, mask);
