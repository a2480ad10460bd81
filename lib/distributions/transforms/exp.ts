import type { Tensor } from "../../tensor/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** y = exp(x) */
export class ExpTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = positive;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x.exp();
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y.log();
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return x;
  }
}
