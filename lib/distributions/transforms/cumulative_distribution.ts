import { checkOfNumbers } from "../wrappers/check_of_numbers.ts";
import { unitInterval } from "../constraints/mod.ts";
import type { Distribution } from "../distribution.ts";
import { FormulaTransform } from "./formula_transform.ts";

/**
 * From the values of a distribution of numbers to their probabilities, by its `cdf`, and back by
 * its `icdf`: draws become uniform. NumPyro: `CumulativeDistributionTransform`.
 *
 * @example Draws of one family become those of another, in the same order
 * ```ts
 * import { CumulativeDistributionTransform, Exponential } from "@pyrosaur/pyrosaur/distributions";
 * import { inverseOf, Normal, TransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const there = new CumulativeDistributionTransform(new Normal(0, 1));
 * const back = inverseOf(new CumulativeDistributionTransform(new Exponential(2)));
 * const both = new TransformedDistribution(new Normal(0, 1), [there, back]);
 * const [found] = both.logProb(0.3).dataSync();
 * assert(Math.abs(found - new Exponential(2).logProb(0.3).dataSync()[0]) < 1e-4);
 * ```
 */
export class CumulativeDistributionTransform extends FormulaTransform {
  /**
   * Makes the transform.
   * @throws Error where the distribution is one of vectors, or of whole numbers.
   */
  constructor(
    /** The distribution, which has `cdf` and `icdf`. */
    readonly distribution: Distribution,
  ) {
    checkOfNumbers("CumulativeDistributionTransform", distribution);
    if (distribution.isDiscrete) {
      throw new Error(
        `Cannot make CumulativeDistributionTransform: found ${distribution.name}, ` +
          "expected a continuous distribution",
      );
    }
    super({
      domain: distribution.support,
      codomain: unitInterval,
      forward: (x) => distribution.cdf(x),
      inverse: (y) => distribution.icdf(y),
      logSlope: (x) => distribution.logProb(x),
      sign: () => 1,
      parameters: Object.values(distribution.parameters),
    });
  }

  /** Tells whether the other transform is that of the same distribution. */
  override equals(other: this): boolean {
    return this === other || (other instanceof CumulativeDistributionTransform &&
      other.distribution.constructor === this.distribution.constructor && super.equals(other));
  }
}
