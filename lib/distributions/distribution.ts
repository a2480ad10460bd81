import { inConsoles } from "../system/mod.ts";
import { constant, type Key, type Shape, type Tensor, type TensorLike, tf } from "../tensor/mod.ts";
import { log1p } from "../tensor/special/mod.ts";
import type { Constraint } from "./constraints/constraint.ts";
import { sumRightmost } from "./shapes.ts";
import { isValidationEnabled } from "./validation.ts";

/**
 * The classes that `expand`, `toEvent` and `mask` wrap a distribution in. They extend the class
 * below, so they cannot be imported here: each enters its constructor when it is loaded.
 */
export const wrappers: {
  independent?: (base: Distribution, count: number) => Distribution;
  expanded?: (base: Distribution, batchShape: Shape) => Distribution;
  masked?: (base: Distribution, mask: Tensor | boolean) => Distribution;
} = {};

/**
 * A probability distribution, or a batch of independent ones, with Pyro's rules for shapes: a
 * sample has the shape `sampleShape + batchShape + eventShape`, and `logProb` sums out the event
 * axes.
 */
export abstract class Distribution {
  /** The shape of the batch of distributions; left of `eventShape`. */
  abstract readonly batchShape: Shape;
  /** The shape of one draw of one distribution. */
  abstract readonly eventShape: Shape;
  /** The values that have positive density. */
  abstract readonly support: Constraint;

  /** Draws values of the shape `sampleShape + batchShape + eventShape`. */
  abstract sample(key: Key, sampleShape?: Shape): Tensor;

  /** Returns the log density (or log probability) of a value, event axes summed out. */
  abstract logProb(value: TensorLike): Tensor;

  /**
   * Returns the log density of a value, summed over the `count` rightmost batch axes, which
   * `toEvent` makes event axes.
   */
  summedLogProb(value: TensorLike, count: number): Tensor {
    return sumRightmost(this.logProb(value), count);
  }

  /** Returns a value as `feasibleLike`, for `summedLogProb`. */
  summedFeasibleLike(value: Tensor, _count: number): Tensor {
    return this.feasibleLike(value);
  }

  /** True where draws are differentiable in the parameters: the class has an `rsample`. */
  get hasRsample(): boolean {
    return this.rsample !== Distribution.prototype.rsample;
  }

  /** True where `enumerateSupport` lists all values: the class has one. */
  get hasEnumerateSupport(): boolean {
    return this.enumerateSupport !== Distribution.prototype.enumerateSupport;
  }

  /** True where parameters and values are checked. */
  get validates(): boolean {
    return isValidationEnabled();
  }

  /** True for countable values. */
  get isDiscrete(): boolean {
    return this.support.isDiscrete;
  }

  /** The name in messages and printed models. */
  get name(): string {
    return this.constructor.name;
  }

  /** The parameters by the field's names. */
  get parameters(): Readonly<Record<string, Tensor>> {
    return {};
  }

  /** Returns a value that broadcasts with another and whose density and derivatives are finite. */
  feasibleLike(value: Tensor): Tensor {
    return this.support.feasibleLike(value);
  }

  /**
   * Draws values that are differentiable in the parameters.
   * @throws Error where the distribution has no such draws.
   */
  rsample(_key: Key, _sampleShape?: Shape): Tensor {
    throw new Error(
      `${this.name} has no rsample: its draws are not differentiable in its parameters; use sample`,
    );
  }

  /**
   * The mean, of the shape `batchShape + eventShape`.
   * @throws Error where there is no closed form.
   */
  get mean(): Tensor {
    return lacks(this, "mean", "average samples");
  }

  /**
   * The variance, of the shape `batchShape + eventShape`.
   * @throws Error where there is no closed form.
   */
  get variance(): Tensor {
    return lacks(this, "variance", "use samples");
  }

  /**
   * The value of the greatest density or probability, of the shape `batchShape + eventShape`; NaN
   * where the density grows to several ends, or none is greatest.
   * @throws Error where there is no closed form.
   *
   * @example The most probable count
   * ```ts
   * import { Poisson } from "@pyrosaur/pyrosaur/distributions";
   * import assert from "node:assert/strict";
   *
   * assert.equal(new Poisson(3.7).mode.dataSync()[0], 3);
   * ```
   */
  get mode(): Tensor {
    return lacks(this, "mode", "take the sample of the greatest logProb");
  }

  /**
   * Returns the entropy in nats, of the shape `batchShape`.
   * @throws Error where there is no closed form.
   */
  entropy(): Tensor {
    return lacks(this, "entropy", "average -logProb over samples");
  }

  /**
   * Returns the probability of a draw up to `value`, which broadcasts with the batch shape: the
   * distribution function, 0 or 1 outside the support.
   * @throws Error where there is no closed form.
   */
  cdf(_value: TensorLike): Tensor {
    return lacks(this, "cdf", "take the share of samples up to the value");
  }

  /**
   * Returns the logarithm of `cdf`, with more digits in the tails of families that know it.
   * @throws Error where there is no closed form.
   */
  logCdf(value: TensorLike): Tensor {
    return logOrNothing(this.cdf(value));
  }

  /**
   * Returns the logarithm of the probability of a draw above `value`, with more digits in the tails
   * of families that know it.
   * @throws Error where there is no closed form.
   */
  logSurvival(value: TensorLike): Tensor {
    return logOrNothing(this.cdf(value), true);
  }

  /**
   * Returns the least value whose `cdf` reaches `probability`, which broadcasts with the batch
   * shape: the quantile function, the inverse of `cdf`. Mixtures and folded distributions search
   * for it, to the digits of `cdf`.
   * @param _rest 1 - probability (the default), where the caller knows more of its digits
   * @throws Error where there is no closed form.
   *
   * @example The interval that holds 95% of a normal distribution
   * ```ts
   * import { Normal } from "@pyrosaur/pyrosaur/distributions";
   * import assert from "node:assert/strict";
   *
   * const [low, high] = new Normal(10, 2).icdf([0.025, 0.975]).dataSync();
   * assert(Math.abs(low - 6.08) < 1e-3 && Math.abs(high - 13.92) < 1e-3);
   * ```
   */
  icdf(_probability: TensorLike, _rest?: Tensor): Tensor {
    return lacks(this, "icdf", "take a quantile of samples");
  }

  /**
   * Returns all values along a new leftmost axis: `[count] + batchShape + eventShape`, or with ones
   * in place of the batch shape when `expand` is false.
   * @throws Error where the support is not finite.
   */
  enumerateSupport(_expand?: boolean): Tensor {
    throw new Error(`${this.name} cannot enumerate its support; only finite discrete distributions can`);
  }

  /**
   * Returns the same distribution with a larger batch shape; the new members are independent.
   * @throws Error where the batch shape does not broadcast to the new one.
   */
  expand(batchShape: Shape): Distribution {
    return wrappers.expanded!(this, batchShape);
  }

  /** Counts `count` rightmost batch axes (default: all) as event axes, as Pyro's `to_event`. */
  toEvent(count: number = this.batchShape.length): Distribution {
    return count === 0 ? this : wrappers.independent!(this, count);
  }

  /** Makes the log density 0 where the mask (broadcast with the batch) is false. */
  mask(mask: Tensor | boolean): Distribution {
    return wrappers.masked!(this, mask);
  }

  /** Returns the shape of a sample: `sampleShape + batchShape + eventShape`. */
  shape(sampleShape: Shape = []): Shape {
    return [...sampleShape, ...this.batchShape, ...this.eventShape];
  }

  /** Returns name and shapes, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }

  /** Returns name and shapes, as in `Normal(batch [3], event [])`. */
  toString(): string {
    return `${this.name}(batch [${this.batchShape.join(", ")}], event [${this.eventShape.join(", ")}])`;
  }
}

/** Returns the logarithm of a probability, or of 1 less it: of none it has no slope. */
function logOrNothing(p: Tensor, isRest = false): Tensor {
  const isNone = p.equal(constant(isRest ? 1 : 0)), some = tf.where(isNone, constant(0.5), p);
  return tf.where(isNone, constant(-Infinity), isRest ? log1p(some.neg()) : some.log());
}

/** Throws for a statistic without a closed form. */
function lacks({ name }: Distribution, statistic: string, instead: string): never {
  throw new Error(`${name} has no ${statistic} in closed form; ${instead} instead`);
}
