import { shown } from "../../system/mod.ts";
import { formatShape, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { log1mexp } from "../../tensor/special/mod.ts";
import { type Constraint, independent } from "../constraints/mod.ts";
import { type Distribution, wrappers } from "../distribution.ts";
import { sumRightmost } from "../shapes.ts";
import { checkDistribution } from "./check_of_numbers.ts";
import { Wrapper } from "./wrapper.ts";

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
export class Independent extends Wrapper {
  /**
   * Makes event axes of batch axes.
   * @param base the distribution
   * @param reinterpretedBatchNdims the number of batch axes that become event axes
   * @throws Error where the distribution has fewer batch axes.
   */
  constructor(base: Distribution, readonly reinterpretedBatchNdims: number) {
    checkDistribution("Independent", base);
    const batchRank = base.batchShape.length - reinterpretedBatchNdims;
    if (!Number.isInteger(reinterpretedBatchNdims) || batchRank < 0 || reinterpretedBatchNdims < 0) {
      throw new Error(
        `Cannot make ${
          shown(reinterpretedBatchNdims)
        } batch axes of ${base.name} event axes: its batch shape is ` +
          `${formatShape(base.batchShape)}, so toEvent takes 0 to ${base.batchShape.length}`,
      );
    }
    super(base, base.batchShape.slice(0, batchRank), [
      ...base.batchShape.slice(batchRank),
      ...base.eventShape,
    ]);
  }

  /** The values that have positive density. */
  override get support(): Constraint {
    return independent(this.base.support, this.reinterpretedBatchNdims);
  }

  /** True where `enumerateSupport` lists all values: not those of an event of several numbers. */
  override get hasEnumerateSupport(): boolean {
    return this.base.hasEnumerateSupport && this.reinterpretedBatchNdims === 0;
  }

  /** Returns the log density of a value, event axes summed out. */
  override logProb(value: TensorLike): Tensor {
    return this.base.summedLogProb(value, this.reinterpretedBatchNdims);
  }

  /** Returns a value that broadcasts with another and whose density and derivatives are finite. */
  override feasibleLike(value: Tensor): Tensor {
    return this.base.summedFeasibleLike(value, this.reinterpretedBatchNdims);
  }

  /** Returns the entropy in nats, of the batch shape. */
  override entropy(): Tensor {
    return sumRightmost(this.base.entropy(), this.reinterpretedBatchNdims);
  }

  /** Returns the probability of no entry above that of `value`: the product over the event axes. */
  override cdf(value: TensorLike): Tensor {
    const each = this.base.cdf(value), axes = this.reinterpretedBatchNdims;
    return axes === 0 ? each : each.prod(Array.from({ length: axes }, (_, i) => each.rank - axes + i));
  }

  /** Returns the logarithm of that, with the digits that the base has. */
  override logCdf(value: TensorLike): Tensor {
    return sumRightmost(this.base.logCdf(value), this.reinterpretedBatchNdims);
  }

  /** Returns the logarithm of the probability of any entry above that of `value`. */
  override logSurvival(value: TensorLike): Tensor {
    if (this.reinterpretedBatchNdims === 0) return this.base.logSurvival(value);
    return log1mexp(this.logCdf(value));
  }

  /**
   * Returns the quantile of a probability.
   * @throws Error where there are event axes: vectors have no quantiles.
   */
  override icdf(probability: TensorLike, rest?: Tensor): Tensor {
    if (this.reinterpretedBatchNdims === 0) return this.base.icdf(probability, rest);
    throw new Error(
      `${this.base.name} made an event by toEvent(${this.reinterpretedBatchNdims}) has no icdf: an event of ` +
        "several numbers has no quantiles; take the icdf of its base",
    );
  }

  /** Returns all values along a new leftmost axis. */
  override enumerateSupport(expand = true): Tensor {
    if (this.reinterpretedBatchNdims === 0) return this.base.enumerateSupport(expand);
    throw new Error(
      `Cannot enumerate ${this.base.name} made an event by toEvent(${this.reinterpretedBatchNdims}): the ` +
        `combinations are too many; use a plate instead`,
    );
  }

  /** Returns the same distribution with a larger batch shape. */
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
