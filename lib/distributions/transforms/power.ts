import { asTensor, constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { positive } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** y = x^exponent for positive x, with an exponent that is not 0. */
export class PowerTransform extends FormulaTransform {
  /** The exponent. */
  readonly exponent: Tensor;

  /** `exponent` broadcasts with x. */
  constructor(exponent: TensorLike) {
    const power = asTensor(exponent);
    super({
      domain: positive,
      codomain: positive,
      forward: (x) => x.pow(power),
      inverse: (y) => y.pow(power.reciprocal()),
      logSlope: (x) => power.abs().log().add(power.sub(constant(1)).mul(x.log())),
      sign: () => power.sign(),
      parameters: [power],
    });
    this.exponent = power;
  }
}
