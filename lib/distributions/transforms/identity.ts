import { tf } from "../../tensor/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** y = x */
export class IdentityTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      forward: (x) => x,
      inverse: (y) => y,
      logSlope: (x) => tf.zerosLike(x),
      sign: () => 1,
    });
  }
}
