import { nonNegative } from "../constraints/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";

const formulas: TransformFormulas = {
  codomain: nonNegative,
  forward: (x) => x.abs(),
  inverse: (y) => y,
  logSlope() {
    throw new Error("AbsTransform has no log |det Jacobian|: two values of x give each y");
  },
};

/**
 * y = |x|, which is not invertible: `inverse` gives the positive of the two, and there is no
 * log-determinant.
 */
export class AbsTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(formulas);
  }
}
