import { constant, type Tensor } from "../../tensor/mod.ts";
import { log1p, softplus } from "../../tensor/special/mod.ts";
import { type Constraint, interval, real } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** y = tanh(x) */
export class TanhTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = interval(-1, 1);

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x.tanh();
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return log1p(y).sub(log1p(y.neg())).mul(constant(0.5));
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return constant(Math.LN2).sub(x).sub(softplus(x.mul(constant(-2)))).mul(constant(2));
  }
}
