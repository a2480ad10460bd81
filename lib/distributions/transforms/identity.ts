import { type Tensor, tf } from "../../tensor/mod.ts";
import { type Constraint, real } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** y = x */
export class IdentityTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = real;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x;
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y;
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return tf.zerosLike(x);
  }
}
