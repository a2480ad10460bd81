import { nonNegative } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/**
 * y = |x|, which is not invertible: `inverse` gives the positive of the two, and there is no
 * log-determinant.
 */
export class AbsTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: nonNegative,
      forward: (x) => x.abs(),
      inverse: (y) => y,
      logSlope() {
        throw new Error("AbsTransform has no log |det Jacobian|: two values of x give each y");
      },
    });
  }
}
