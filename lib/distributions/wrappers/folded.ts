import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { logaddexp } from "../../tensor/special/mod.ts";
import { nonNegative } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import type { Formulas } from "../formulas.ts";
import { type DistributionOptions, ParametricDistribution } from "../parametric.ts";
import { quantileBetween } from "../quantile_between.ts";
import { checkOfNumbers } from "./check_of_numbers.ts";

const formulas: Formulas<Folded> = {
  support: nonNegative,
  logDensity: (x, { base }) => logaddexp(base.logProb(x), base.logProb(x.neg())),
  cdf: (x, { base }) => base.cdf(x).sub(base.cdf(x.neg())),
  logSurvival: (x, { base }) => logaddexp(base.logSurvival(x), base.logCdf(x.neg())),
  // It lies between the distances to 0 of the two ends that leave out as much each.
  icdf(p, d, q) {
    const between = (p: Tensor, q: Tensor) => {
      const tail = q.mul(constant(0.5)), rest = p.add(tail);
      const upper = d.base.icdf(rest, tail), lower = d.base.icdf(tail, rest).neg();
      return [tf.maximum(tf.minimum(upper, lower), constant(0)), tf.maximum(upper, lower)] as const;
    };
    const sides = {
      batchShape: d.batchShape,
      logCdf: (x: Tensor) => d.logCdf(x),
      logSurvival: (x: Tensor) => d.logSurvival(x),
      logDensity: (x: Tensor) => formulas.logDensity(x, d),
    };
    const ends = [constant(0), d.base.icdf(constant(1), constant(0))] as const;
    return tf.maximum(quantileBetween(sides, [p, q], between, ends), constant(0));
  },
};

/**
 * The distribution of |x| for x from a continuous distribution of all numbers. NumPyro:
 * `FoldedDistribution`.
 *
 * @example The size of a normal error with a bias
 * ```ts
 * import { Folded, Normal } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const size = new Folded(new Normal(1, 2));
 * const both = new Normal(1, 2).logProb([3, -3]).exp().sum().log().dataSync()[0];
 * assert(Math.abs(size.logProb(3).dataSync()[0] - both) < 1e-6);
 * ```
 */
export class Folded extends ParametricDistribution {
  /**
   * Folds a distribution at 0.
   * @throws Error where it is discrete, or one of vectors.
   */
  constructor(
    /** The distribution of x. */
    readonly base: Distribution,
    options?: DistributionOptions,
  ) {
    checkOfNumbers("Folded", base);
    if (base.isDiscrete) {
      throw new Error(`Cannot make Folded: found ${base.name}, expected a continuous distribution`);
    }
    const draw: Formulas<Folded>["sample"] = (key, shape) => base.expand(shape).sample(key).abs();
    const draws = base.hasRsample ? { rsample: draw } : { sample: draw };
    super({ ...formulas, ...draws, batchShape: base.batchShape }, {}, options);
  }
}
