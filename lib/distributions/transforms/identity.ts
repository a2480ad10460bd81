import { tf } from "../../tensor/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";

const formulas: TransformFormulas = {
  forward: (x) => x,
  inverse: (y) => y,
  logSlope: (x) => tf.zerosLike(x),
  sign: () => 1,
};

/** y = x */
export class IdentityTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(formulas);
  }
}
