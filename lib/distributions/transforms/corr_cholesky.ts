import { constant, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { diagEmbed } from "../../tensor/linalg/mod.ts";
import { log1p, softplus } from "../../tensor/special/mod.ts";
import { type Constraint, corrCholesky, realVector } from "../constraints/mod.ts";
import { cumsumLast } from "./util/pad.ts";
import { fromTriangle, packedSize, toTriangle, triangleSide } from "./util/triangle_vector.ts";
import { Transform } from "./transform.ts";

/**
 * From vectors of n (n - 1) / 2 numbers to Cholesky factors of n by n correlation matrices: tanh
 * gives the partial correlations, each row of which breaks a stick of length 1 (Lewandowski,
 * Kurowicka and Joe, 2009).
 */
export class CorrCholeskyTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = corrCholesky;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    const matrix = toTriangle(x, -1);
    const n = matrix.shape[matrix.rank - 1];
    const left = cumsumLast(logOneMinusTanhSquare(matrix), true).mul(constant(0.5)).exp();
    return matrix.tanh().add(diagEmbed(tf.ones([n]))).mul(left);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    const before = cumsumLast(y.square(), true);
    const partial = fromTriangle(y.div(tf.maximum(constant(1).sub(before), constant(1e-30)).sqrt()), -1);
    return log1p(partial).sub(log1p(partial.neg())).mul(constant(0.5));
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    const logs = logOneMinusTanhSquare(toTriangle(x, -1));
    const left = cumsumLast(logs, true).mul(constant(0.5));
    return fromTriangle(left.add(logs), -1).sum(-1);
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    const n = triangleSide(shape[shape.length - 1], -1);
    return [...shape.slice(0, -1), n, n];
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return [...shape.slice(0, -2), packedSize(shape[shape.length - 1], -1)];
  }
}

/** log(1 - tanh(x)^2), which does not underflow. */
function logOneMinusTanhSquare(x: Tensor): Tensor {
  return constant(Math.LN2).sub(x).sub(softplus(x.mul(constant(-2)))).mul(constant(2));
}
