import { tf } from "../../tensor/mod.ts";
import { realVector, simplex } from "../constraints/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";

const formulas: TransformFormulas = {
  domain: realVector,
  codomain: simplex,
  forward: (x) => tf.softmax(x, -1),
  inverse: (y) => y.log(),
  logSlope() {
    throw new Error(
      "SoftmaxTransform has no log |det Jacobian|: it is not one-to-one; use StickBreakingTransform instead",
    );
  },
};

/** From vectors to the simplex by the softmax, not one-to-one: `inverse` gives the logarithms. */
export class SoftmaxTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(formulas);
  }
}
