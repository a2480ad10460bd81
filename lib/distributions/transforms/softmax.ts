import { type Tensor, tf } from "../../tensor/mod.ts";
import { type Constraint, realVector, simplex } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** From vectors to the simplex by the softmax, which is not one-to-one: `inverse` gives the logarithms. */
export class SoftmaxTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = simplex;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return tf.softmax(x, -1);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y.log();
  }

  /**
   * None.
   * @throws Error always: the softmax is not one-to-one.
   */
  override logAbsDetJacobian(_x: Tensor, _y: Tensor): Tensor {
    throw new Error(
      "SoftmaxTransform has no log |det Jacobian|: it is not one-to-one; use StickBreakingTransform instead",
    );
  }
}
