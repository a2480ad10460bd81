import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { asTensor, broadcastShapes, type Tensor, type TensorLike, tf } from "../../tensor/mod.ts";
import { Bounded, bounded, type Constraint, nonNegative, positive } from "../constraints/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { isEverything } from "../support.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { ImageConstraint, valueAt } from "./image.ts";
import { commonSign } from "./util/on_numbers.ts";

/** Options of `AffineTransform`. */
export interface AffineTransformOptions {
  /** The values that it takes (default `real`): those that it gives follow. */
  domain?: Constraint;
}

const affineOptions: OptionNames<AffineTransformOptions> = { domain: true };

/**
 * y = loc + scale x, with scale not 0. A support on its way through the transform keeps its bounds,
 * which change places where the scale is negative.
 *
 * @example One more than a part of the whole
 * ```ts
 * import { AffineTransform, Beta } from "@pyrosaur/pyrosaur/distributions";
 * import { TransformedDistribution } from "@pyrosaur/pyrosaur/distributions";
 * import assert from "node:assert/strict";
 *
 * const shifted = new TransformedDistribution(new Beta(5, 5), new AffineTransform(1, 1));
 * assert.equal(String(shifted.support), "interval(1, 2)");
 * ```
 */
export class AffineTransform extends FormulaTransform {
  /** The shift. */
  readonly loc: Tensor;
  /** The factor. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast with x. */
  constructor(loc: TensorLike, scale: TensorLike, options?: AffineTransformOptions) {
    checkOptions("make AffineTransform", options, affineOptions);
    const shift = asTensor(loc), factor = asTensor(scale), domain = options?.domain;
    super({
      domain,
      codomain: domain && new AffineTransform(loc, scale).image(domain),
      forward: (x) => x.mul(factor).add(shift),
      inverse: (y) => y.sub(shift).div(factor),
      logSlope: (x) => broadcastTo(factor.abs().log(), broadcastShapes(x.shape, shift.shape, factor.shape)),
      sign: () => factor.sign(),
      direction: () => commonSign(scale),
      onNumbers: {
        forward: (x, b, a) => a * x + b,
        inverse: (y, b, a) => (y - b) / a,
        parameters: [loc, scale],
      },
      parameters: [shift, factor],
    });
    this.loc = shift;
    this.scale = factor;
  }

  /**
   * Returns the values that it gives for those of a set. With a sign that shows at the run alone,
   * the transforms to them are what they would be with a known one.
   */
  override image(set: Constraint): Constraint {
    if (!(set instanceof Bounded) || set.isDiscrete || isEverything(set) || this.direction) {
      return super.image(set);
    }
    const end = (bound?: TensorLike) => bound === undefined ? undefined : asTensor(valueAt(this, bound));
    const low = end(set.lowerBound), high = end(set.upperBound), sign = this.scale.sign();
    if (low && high) return bounded(tf.minimum(low, high), tf.maximum(low, high), set.isOpen);
    const away = new AffineTransform(low ?? high!, low ? sign : sign.neg());
    return new ImageConstraint(set.isOpen ? positive : nonNegative, away);
  }
}
