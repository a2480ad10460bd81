import type { Tensor } from "../../tensor/mod.ts";
import { logit, softplus } from "../../tensor/special/mod.ts";
import { type Constraint, real, unitInterval } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** y = 1 / (1 + exp(-x)), onto the unit interval */
export class SigmoidTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = unitInterval;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x.sigmoid();
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return logit(y);
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return softplus(x).add(softplus(x.neg())).neg();
  }
}
