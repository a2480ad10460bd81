import { type Tensor, tf } from "../../tensor/mod.ts";
import { orderedVector } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { checkOfNumbers } from "./check_of_numbers.ts";
import { partOf } from "./interval.ts";

const formulas: Formulas<IntervalCensored> = {
  support: orderedVector,
  eventShape: () => [2],
  // An interval that holds the draw: from it down and up by the distance to another one.
  sample(key, shape, { base }) {
    const [valueKey, widthKey] = key.split(2), wide = base.expand(shape.slice(0, -1));
    const value = wide.sample(valueKey), width = value.sub(wide.sample(widthKey)).abs();
    return tf.stack([value.sub(width), value.add(width)], -1) as Tensor;
  },
  logDensity(value, { base }) {
    const [low, high] = tf.unstack(value, -1) as Tensor[];
    return partOf(base, { low, high }).logMass;
  },
};

/**
 * A distribution of numbers that are known by an interval each: a value is `[..., 2]`, both ends,
 * which may be infinite, and is scored by the probability between them. NumPyro:
 * `IntervalCensoredDistribution`.
 *
 * @example Ages by decades
 * ```ts
 * import { IntervalCensored, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const ages = new IntervalCensored(new Normal(40, 10));
 * const [decade, above] = ages.logProb([[30, 50], [40, Infinity]]).exp().dataSync();
 * assert(Math.abs(decade - 0.682689) < 1e-5 && Math.abs(above - 0.5) < 1e-6);
 * ```
 */
export class IntervalCensored extends ParametricDistribution {
  /** Wraps a continuous distribution of numbers with a `cdf`. */
  constructor(
    /** The distribution of what the intervals hold. */
    readonly base: Distribution,
    options?: DistributionOptions,
  ) {
    checkOfNumbers("IntervalCensored", base);
    super({ ...formulas, batchShape: base.batchShape }, {}, options);
  }
}
