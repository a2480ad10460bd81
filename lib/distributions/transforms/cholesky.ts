import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { cholesky, diagEmbed, diagonal, matmul, tril } from "../../tensor/linalg/mod.ts";
import { log1mexp, log1p, softplus } from "../../tensor/special/mod.ts";
import * as constraints from "../constraints/mod.ts";
import { logOneMinusTanhSquare } from "./elementwise.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";
import { cumsumLast } from "./util/pad.ts";
import { fromTriangle, matrixShape, toTriangle, vectorShape } from "./util/triangle_vector.ts";

const ofMatrices: TransformFormulas = {
  domain: constraints.independent(constraints.real, 2),
  codomain: constraints.lowerCholesky,
  forward: (x) => tril(x, -1).add(diagEmbed(diagonal(x).exp())),
  inverse: (y) => tril(y, -1).add(diagEmbed(diagonal(y).log())),
  logSlope: (x) => diagonal(x).sum(-1),
};

const ofVectors: TransformFormulas = {
  domain: constraints.realVector,
  codomain: constraints.lowerCholesky,
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

/**
 * From vectors of n (n + 1) / 2 numbers, the lower triangle row by row, to n by n Cholesky factors:
 * softplus gives the diagonal. NumPyro: `SoftplusLowerCholeskyTransform`.
 */
export class SoftplusLowerCholeskyTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      ...ofVectors,
      codomain: constraints.softplusLowerCholesky,
      forward(x) {
        const matrix = toTriangle(x, 0);
        return tril(matrix, -1).add(diagEmbed(softplus(diagonal(matrix))));
      },
      inverse(y) {
        const entries = diagonal(y), free = entries.add(log1mexp(entries.neg()));
        return fromTriangle(tril(y, -1).add(diagEmbed(free)), 0);
      },
      logSlope: (_x, y) => log1mexp(diagonal(y).neg()).sum(-1),
    });
  }
}

/** From vectors of n (n - 1) / 2 numbers to lower triangular matrices with ones on the diagonal. */
export class UnitLowerCholeskyTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: constraints.realVector,
      codomain: constraints.unitLowerCholesky,
      forward(x) {
        const matrix = toTriangle(x, -1);
        return matrix.add(tf.eye(matrix.shape[matrix.rank - 1]));
      },
      inverse: (y) => fromTriangle(y, -1),
      logSlope: (x) => (tf.zerosLike(x) as Tensor).sum(-1),
      forwardShape: (shape) => matrixShape(shape, -1),
      inverseShape: (shape) => vectorShape(shape, -1),
    });
  }
}

/** From Cholesky factors L to positive definite matrices L L^T. */
export class CholeskyToPositiveDefiniteTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: constraints.lowerCholesky,
      codomain: constraints.positiveDefinite,
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

/**
 * From vectors of n (n - 1) / 2 numbers to Cholesky factors of n by n correlation matrices: tanh
 * gives the partial correlations, each row of which breaks a stick of length 1 (Lewandowski,
 * Kurowicka and Joe, 2009).
 */
export class CorrCholeskyTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: constraints.realVector,
      codomain: constraints.corrCholesky,
      forward(x) {
        const matrix = toTriangle(x, -1), n = matrix.shape[matrix.rank - 1];
        const left = cumsumLast(logOneMinusTanhSquare(matrix), true).mul(constant(0.5)).exp();
        return matrix.tanh().add(diagEmbed(tf.ones([n]))).mul(left);
      },
      inverse(y) {
        const before = cumsumLast(y.square(), true);
        const partial = fromTriangle(y.div(tf.maximum(constant(1).sub(before), constant(1e-30)).sqrt()), -1);
        return log1p(partial).sub(log1p(partial.neg())).mul(constant(0.5));
      },
      logSlope(x) {
        const logs = logOneMinusTanhSquare(toTriangle(x, -1));
        const left = cumsumLast(logs, true).mul(constant(0.5));
        return fromTriangle(left.add(logs), -1).sum(-1);
      },
      forwardShape: (shape) => matrixShape(shape, -1),
      inverseShape: (shape) => vectorShape(shape, -1),
    });
  }
}

/** From Cholesky factors L of correlation matrices to these, L L^T. */
export class CholeskyToCorrelationTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: constraints.corrCholesky,
      codomain: constraints.corrMatrix,
      forward: (x) => matmul(x, x, false, true),
      inverse: (y) => cholesky(y),
      // Between the triangles below the diagonals: the product of L_ii^(n - 1 - i), i from 0.
      logSlope(x) {
        const n = x.shape[x.rank - 1], weights = tf.tensor1d(Array.from({ length: n }, (_, i) => n - 1 - i));
        return diagonal(x).log().mul(weights).sum(-1);
      },
    });
  }
}
