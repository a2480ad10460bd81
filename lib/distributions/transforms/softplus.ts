import { log1mexp, softplus } from "../../tensor/special/mod.ts";
import { positive } from "../constraints/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";

const formulas: TransformFormulas = {
  codomain: positive,
  forward: softplus,
  inverse: (y) => y.add(log1mexp(y.neg())),
  logSlope: (x) => softplus(x.neg()).neg(),
  sign: () => 1,
};

/** y = log(1 + exp(x)) */
export class SoftplusTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(formulas);
  }
}
