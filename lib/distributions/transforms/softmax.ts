import { realVector, simplex } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { positiveSoftmax } from "./util/above_zero.ts";

/**
 * From vectors to the simplex by the softmax, without parts of 0: not one-to-one, `inverse` gives
 * the logarithms.
 */
export class SoftmaxTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: realVector,
      codomain: simplex,
      forward: positiveSoftmax,
      inverse: (y) => y.log(),
      logSlope() {
        throw new Error(
          "SoftmaxTransform has no log |det Jacobian|: it is not one-to-one; use StickBreakingTransform instead",
        );
      },
    });
  }
}
