import type { Tensor } from "../../tensor/mod.ts";
import { log1mexp, softplus } from "../../tensor/special/mod.ts";
import { type Constraint, positive, real } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** y = log(1 + exp(x)) */
export class SoftplusTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = positive;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return softplus(x);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y.add(log1mexp(y.neg()));
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return softplus(x.neg()).neg();
  }
}
