import { asTensor, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { boolean } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { checkOfNumbers } from "./check_of_numbers.ts";

/** Scores a value by what is known of it: itself, or that a draw lies beyond it on one side. */
function logDensity(side: "left" | "right"): Formulas<LeftCensored>["logDensity"] {
  return (x, { base, censored }) => {
    const isCensored = censored.greater(asTensor(0.5)),
      tail = side === "left" ? base.logCdf(x) : base.logSurvival(x);
    return tf.where(isCensored, tail, base.logProb(tf.where(isCensored, base.feasibleLike(x), x)));
  };
}

const sample: Formulas<LeftCensored>["sample"] = (key, shape, { base }) => base.expand(shape).sample(key);

/** Makes the formulas for one side. */
const formulas = (side: "left" | "right", base: Distribution): Formulas<LeftCensored> => ({
  sample,
  logDensity: logDensity(side),
  support: base.support,
  batchShape: base.batchShape,
});

/**
 * A distribution of numbers of which some are known as upper ends alone: where `censored` is 1, a
 * value is scored by the probability of a draw up to it. Draws are those of `base`, uncensored.
 * Parameter: `censored`, 0 or 1. NumPyro: `LeftCensoredDistribution`.
 */
export class LeftCensored extends ParametricDistribution {
  /** True where a value is an upper end. */
  declare readonly censored: Tensor;

  /** `censored` broadcasts with the batch of `base`, which has a `cdf`. */
  constructor(
    /** The distribution of what is known or not. */
    readonly base: Distribution,
    censored: TensorLike,
    options?: DistributionOptions,
  ) {
    checkOfNumbers("LeftCensored", base);
    super(formulas("left", base), { censored: [censored, boolean] }, options);
  }
}

/**
 * A distribution of numbers of which some are known as lower ends alone, as the times of those who
 * were alive in the end: where `censored` is 1, a value is scored by the probability of a draw
 * above it. Draws are those of `base`, uncensored. Parameter: `censored`, 0 or 1. NumPyro:
 * `RightCensoredDistribution`.
 *
 * @example Two failures, and one that had not happened after 5 years
 * ```ts
 * import { Exponential, RightCensored } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const times = new RightCensored(new Exponential(2), [0, 0, 1]);
 * const [first, , last] = times.logProb([1, 2, 5]).dataSync();
 * assert(Math.abs(first - (Math.log(2) - 2)) < 1e-6 && Math.abs(last + 10) < 1e-5);
 * ```
 */
export class RightCensored extends ParametricDistribution {
  /** True where a value is a lower end. */
  declare readonly censored: Tensor;

  /** `censored` broadcasts with the batch of `base`, which has a `cdf`. */
  constructor(
    /** The distribution of what is known or not. */
    readonly base: Distribution,
    censored: TensorLike,
    options?: DistributionOptions,
  ) {
    checkOfNumbers("RightCensored", base);
    super(formulas("right", base), { censored: [censored, boolean] }, options);
  }
}
