import { positive } from "../constraints/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";

const formulas: TransformFormulas = {
  codomain: positive,
  forward: (x) => x.exp(),
  inverse: (y) => y.log(),
  logSlope: (x) => x,
  sign: () => 1,
};

/** y = exp(x) */
export class ExpTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(formulas);
  }
}
