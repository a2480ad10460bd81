import { cholesky, diagEmbed, diagonal, matmul, tril } from "../../tensor/linalg/mod.ts";
import { independent, lowerCholesky, positiveDefinite, real, realVector } from "../constraints/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";
import { fromTriangle, matrixShape, toTriangle, vectorShape } from "./util/triangle_vector.ts";
import { constant, tf } from "../../tensor/mod.ts";

const ofMatrices: TransformFormulas = {
  domain: independent(real, 2),
  codomain: lowerCholesky,
  forward: (x) => tril(x, -1).add(diagEmbed(diagonal(x).exp())),
  inverse: (y) => tril(y, -1).add(diagEmbed(diagonal(y).log())),
  logSlope: (x) => diagonal(x).sum(-1),
};

const ofVectors: TransformFormulas = {
  domain: realVector,
  codomain: lowerCholesky,
  forward: (x) => ofMatrices.forward(toTriangle(x, 0)),
  inverse: (y) => fromTriangle(ofMatrices.inverse(y), 0),
  logSlope: (_x, y) => diagonal(y).log().sum(-1),
  forwardShape: (shape) => matrixShape(shape, 0),
  inverseShape: (shape) => vectorShape(shape, 0),
};

/**
 * From square matrices to Cholesky factors, as torch: the diagonal's exponential, the lower
 * triangle as it is. The log-determinant counts that triangle alone: the upper one has no effect.
 */
export class LowerCholeskyTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(ofMatrices);
  }
}

/**
 * From vectors of n (n + 1) / 2 numbers, the lower triangle row by row, to n by n Cholesky factors:
 * the form to use for free parameters.
 */
export class VectorToLowerCholeskyTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super(ofVectors);
  }
}

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
