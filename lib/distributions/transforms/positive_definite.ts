import { constant, tf } from "../../tensor/mod.ts";
import { cholesky, diagonal, matmul } from "../../tensor/linalg/mod.ts";
import { lowerCholesky, positiveDefinite } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";

/** From Cholesky factors L to positive definite matrices L L^T. */
export class CholeskyToPositiveDefiniteTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: lowerCholesky,
      codomain: positiveDefinite,
      forward: (x) => matmul(x, x, false, true),
      inverse: (y) => cholesky(y),
      // Between the lower triangles: 2^n times the product of L_ii^(n - i), i counted from 0.
      logSlope(x) {
        const n = x.shape[x.rank - 1], weights = tf.tensor1d(Array.from({ length: n }, (_, i) => n - i));
        return diagonal(x).log().mul(weights).sum(-1).add(constant(n * Math.LN2));
      },
    });
  }
}
