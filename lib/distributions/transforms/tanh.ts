import { constant } from "../../tensor/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { interval } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { logOneMinusTanhSquare } from "./util/log_one_minus_tanh_square.ts";

/** y = tanh(x) */
export class TanhTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: interval(-1, 1),
      forward: (x) => x.tanh(),
      inverse: (y) => log1p(y).sub(log1p(y.neg())).mul(constant(0.5)),
      logSlope: logOneMinusTanhSquare,
      sign: () => 1,
    });
  }
}
