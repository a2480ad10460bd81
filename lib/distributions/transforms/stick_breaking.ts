import { constant, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { softplus } from "../../tensor/special/mod.ts";
import { type Constraint, realVector, simplex } from "../constraints/mod.ts";
import { cumsumLast, padLast, sliceLast } from "./util/pad.ts";
import { Transform } from "./transform.ts";

/**
 * From vectors of n - 1 numbers to the simplex with n, by breaking a stick: each number says which
 * part of what is left is broken off. The shift makes 0 the uniform point, as in torch.
 */
export class StickBreakingTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = simplex;

  /** The logits of the parts: x minus the logarithms of how many pieces are yet to come. */
  private shifted(x: Tensor): Tensor {
    return x.sub(logRemaining(x.shape[x.rank - 1]));
  }

  // Products of what is left are sums of logarithms, which do not underflow.
  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    const s = this.shifted(x);
    const part = padLast(softplus(s.neg()).neg(), 0, 1);
    const left = padLast(cumsumLast(softplus(s).neg()), 1, 0);
    return part.add(left).exp();
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    const n = y.shape[y.rank - 1];
    const left = sliceLast(cumsumLast(y, true, true), 0, n - 1);
    return sliceLast(y, 0, n - 1).log().sub(left.log()).add(logRemaining(n - 1));
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    const s = this.shifted(x);
    const left = cumsumLast(softplus(s).neg(), true);
    return left.sub(softplus(s)).sub(softplus(s.neg())).sum(-1);
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return [...shape.slice(0, -1), shape[shape.length - 1] + 1];
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return [...shape.slice(0, -1), shape[shape.length - 1] - 1];
  }
}

/** log(n), log(n - 1) ... log(1), to full precision. */
function logRemaining(n: number): Tensor {
  return tf.stack(Array.from({ length: n }, (_, i) => constant(Math.log(n - i))));
}
