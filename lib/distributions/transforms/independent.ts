import type { Shape, Tensor } from "../../tensor/mod.ts";
import { type Constraint, independent } from "../constraints/mod.ts";
import { sumRightmost } from "../shapes.ts";
import { Transform } from "./transform.ts";

/** A transform whose rightmost batch axes count as event axes: its log-determinants are summed over them. */
export class IndependentTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;

  /** Makes the transform. */
  constructor(readonly base: Transform, readonly reinterpreted: number) {
    super();
    this.domain = independent(base.domain, reinterpreted);
    this.codomain = independent(base.codomain, reinterpreted);
  }

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return this.base.forward(x);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return this.base.inverse(y);
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return sumRightmost(this.base.logAbsDetJacobian(x, y), this.reinterpreted);
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return this.base.forwardShape(shape);
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.base.inverseShape(shape);
  }

  /** Whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof IndependentTransform && this.reinterpreted === other.reinterpreted &&
      this.base.equals(other.base);
  }
}
