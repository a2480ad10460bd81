import type { Shape, Tensor } from "../../tensor/mod.ts";
import { diagEmbed, diagonal, tril } from "../../tensor/linalg/mod.ts";
import { type Constraint, independent, lowerCholesky, real, realVector } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";
import { fromTriangle, packedSize, toTriangle, triangleSide } from "./util/triangle_vector.ts";

/** From square matrices to Cholesky factors, as torch: the diagonal's exponential, the lower triangle as it is. */
export class LowerCholeskyTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = independent(real, 2);
  /** The values that it gives. */
  override readonly codomain: Constraint = lowerCholesky;

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return tril(x, -1).add(diagEmbed(diagonal(x).exp()));
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return tril(y, -1).add(diagEmbed(diagonal(y).log()));
  }

  /** Counts the lower triangle alone, as the upper one has no effect. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return diagonal(x).sum(-1);
  }
}

/**
 * From vectors of n (n + 1) / 2 numbers, the lower triangle row by row, to n by n Cholesky factors:
 * the form to use for free parameters.
 */
export class VectorToLowerCholeskyTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = lowerCholesky;
  private readonly matrix: LowerCholeskyTransform = new LowerCholeskyTransform();

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return this.matrix.forward(toTriangle(x, 0));
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return fromTriangle(this.matrix.inverse(y), 0);
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(_x: Tensor, y: Tensor): Tensor {
    return diagonal(y).log().sum(-1);
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    const n = triangleSide(shape[shape.length - 1], 0);
    return [...shape.slice(0, -1), n, n];
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return [...shape.slice(0, -2), packedSize(shape[shape.length - 1], 0)];
  }
}
