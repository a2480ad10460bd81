import type { Shape, Tensor } from "../../tensor/mod.ts";
import { type Constraint, realVector } from "../constraints/mod.ts";
import { flowShape } from "./util/check_vector.ts";
import { alive, Remembered } from "./util/remembered.ts";
import { Transform } from "./transform.ts";

/**
 * A flow of vectors without an inverse in closed form: only what it made itself can be traced back
 * and scored. It remembers the log-determinant that comes with each y.
 */
export abstract class ForwardOnly extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = realVector;
  /** The values that it gives. */
  override readonly codomain: Constraint = realVector;
  private readonly logDets: Remembered<Tensor> = new Remembered();

  /** What comes of x. */
  protected abstract parts(x: Tensor): { y: Tensor; logDet: Tensor };
  /** The shapes of its parameters, which broadcast with x. */
  protected abstract get parameterShapes(): readonly Shape[];

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    this.forwardShape(x.shape);
    const { y, logDet } = this.parts(x);
    this.logDets.keep(x, y, logDet);
    return y;
  }

  /** There is no inverse of a y that was not made here. */
  protected override invert(_y: Tensor): Tensor {
    throw new Error(
      `Cannot invert ${this.name}: it has no inverse in closed form, and this value was not made by its forward`,
    );
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return alive(this.logDets.recall(x, y)) ?? this.parts(x).logDet;
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return flowShape(this.name, shape, ...this.parameterShapes);
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }

  /** Whether the other transform is the same one. */
  override equals(other: Transform): boolean {
    return this === other;
  }
}
