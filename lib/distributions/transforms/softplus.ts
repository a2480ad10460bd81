import { log1mexp, softplus } from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** y = log(1 + exp(x)) */
export class SoftplusTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: positive,
      forward: softplus,
      inverse: (y) => y.add(log1mexp(y.neg())),
      logSlope: (x) => softplus(x.neg()).neg(),
      sign: () => 1,
    });
  }
}
