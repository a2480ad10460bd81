import type { Tensor } from "../../tensor/mod.ts";
import { type Constraint, nonNegative, real } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/**
 * y = |x|, which is not invertible: `inverse` gives the positive of the two, and there is no
 * log-determinant.
 */
export class AbsTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = nonNegative;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x.abs();
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y;
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(_x: Tensor, _y: Tensor): Tensor {
    throw new Error("AbsTransform has no log |det Jacobian|: two values of x give each y");
  }
}
