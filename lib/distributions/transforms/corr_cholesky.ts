import { constant, tf } from "../../tensor/mod.ts";
import { diagEmbed } from "../../tensor/linalg/mod.ts";
import { log1p } from "../../tensor/special/mod.ts";
import { corrCholesky, realVector } from "../constraints/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import { logOneMinusTanhSquare } from "./elementwise.ts";
import { cumsumLast } from "./util/pad.ts";
import { fromTriangle, matrixShape, toTriangle, vectorShape } from "./util/triangle_vector.ts";

/**
 * From vectors of n (n - 1) / 2 numbers to Cholesky factors of n by n correlation matrices: tanh
 * gives the partial correlations, each row of which breaks a stick of length 1 (Lewandowski,
 * Kurowicka and Joe, 2009).
 */
export class CorrCholeskyTransform extends FormulaTransform {
  /** Makes the transform. */
  constructor() {
    super({
      domain: realVector,
      codomain: corrCholesky,
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
