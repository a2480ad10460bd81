import { tf } from "../../tensor/mod.ts";
import { realVector, simplex } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** From vectors to the simplex by the softmax, not one-to-one: `inverse` gives the logarithms. */
export class SoftmaxTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: realVector,
      codomain: simplex,
      forward: (x) => tf.softmax(x, -1),
      inverse: (y) => y.log(),
      logSlope() {
        throw new Error(
          "SoftmaxTransform has no log |det Jacobian|: it is not one-to-one; use StickBreakingTransform instead",
        );
      },
    });
  }
}
