import { logit, softplus } from "../../tensor/special/mod.ts";
import { unitInterval } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** y = 1 / (1 + exp(-x)), onto the unit interval */
export class SigmoidTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      codomain: unitInterval,
      forward: (x) => x.sigmoid(),
      inverse: logit,
      logSlope: (x) => softplus(x).add(softplus(x.neg())).neg(),
      sign: () => 1,
    });
  }
}
