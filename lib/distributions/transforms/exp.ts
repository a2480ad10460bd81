import { positive } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** y = exp(x) */
export class ExpTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: positive,
      forward: (x) => x.exp(),
      inverse: (y) => y.log(),
      logSlope: (x) => x,
      sign: () => 1,
    });
  }
}
