import { diagEmbed, diagonal, tril } from "../../tensor/linalg/mod.ts";
import { independent, lowerCholesky, real, realVector } from "../constraints/mod.ts";
import { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";
import { fromTriangle, matrixShape, toTriangle, vectorShape } from "./util/triangle_vector.ts";

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
