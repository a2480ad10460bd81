import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { cholesky, diagonal, matmul } from "../../tensor/linalg/mod.ts";
import { type Constraint, lowerCholesky, positiveDefinite } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** From Cholesky factors L to positive definite matrices L L^T. */
export class CholeskyToPositiveDefiniteTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = lowerCholesky;
  /** The values that it gives. */
  override readonly codomain: Constraint = positiveDefinite;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return matmul(x, x, false, true);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return cholesky(y);
  }

  // Between the lower triangles: 2^n times the product of L_ii^(n - i), i counted from 0.
  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    const n = x.shape[x.rank - 1];
    const weights = tf.tensor1d(Array.from({ length: n }, (_, i) => n - i));
    return diagonal(x).log().mul(weights).sum(-1).add(constant(n * Math.LN2));
  }
}
