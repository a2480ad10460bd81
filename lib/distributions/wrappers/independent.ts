import { formatShape, type Key, type Shape, type Tensor } from "../../tensor/mod.ts";
import { type Constraint, independent } from "../constraints/mod.ts";
import { Distribution, wrappers } from "../distribution.ts";
import { sumRightmost } from "../shapes.ts";

/**
 * A distribution with its rightmost batch axes counted as event axes, as Pyro's `Independent`.
 *
 * @example A batch of three becomes one event
 * ```ts
 * import { Independent, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const event = new Normal(tf.zeros([2, 3]), 1).toEvent(1);
 * assert(event instanceof Independent);
 * assert.deepEqual([event.batchShape, event.eventShape], [[2], [3]]);
 * assert.deepEqual(event.logProb(tf.zeros([2, 3])).shape, [2]);
 * ```
 */
export class Independent extends Distribution {
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

  /**
   * Makes event axes of batch axes.
   * @param base the distribution
   * @param reinterpretedBatchNdims how many batch axes become event axes
   * @throws Error where the distribution has fewer batch axes.
   */
  constructor(readonly base: Distribution, readonly reinterpretedBatchNdims: number) {
    super();
    const kept = base.batchShape.length - reinterpretedBatchNdims;
    if (kept < 0 || reinterpretedBatchNdims < 0) {
      throw new Error(
        `Cannot make ${reinterpretedBatchNdims} batch axes of ${base.name} event axes: its batch shape is ` +
          `${formatShape(base.batchShape)}, so toEvent takes 0 to ${base.batchShape.length}`,
      );
    }
    this.batchShape = base.batchShape.slice(0, kept);
    this.eventShape = [...base.batchShape.slice(kept), ...base.eventShape];
    this.support = independent(base.support, reinterpretedBatchNdims);
    this.hasRsample = base.hasRsample;
    this.hasEnumerateSupport = base.hasEnumerateSupport && reinterpretedBatchNdims === 0;
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
    return sumRightmost(this.base.logProb(value), this.reinterpretedBatchNdims);
  }

  /** The entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return sumRightmost(this.base.entropy(), this.reinterpretedBatchNdims);
  }

  /** All values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    if (this.reinterpretedBatchNdims > 0) {
      throw new Error(
        `Cannot enumerate ${this.base.name} made an event by toEvent(${this.reinterpretedBatchNdims}): the ` +
          `combinations are too many; use a plate instead`,
      );
    }
    return this.base.enumerateSupport(expand);
  }

  /** The same distribution with a larger batch shape. */
  override expand(batchShape: Shape): Distribution {
    const event = this.base.batchShape.slice(this.batchShape.length);
    return new Independent(this.base.expand([...batchShape, ...event]), this.reinterpretedBatchNdims);
  }

  /** Counts the rightmost batch axes as event axes. */
  override toEvent(count: number = this.batchShape.length): Distribution {
    return count === 0 ? this : new Independent(this.base, this.reinterpretedBatchNdims + count);
  }
}

wrappers.independent = (base, count) => new Independent(base, count);
