import { asTensor, broadcastShapes, type Shape, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, real } from "../constraints/mod.ts";
import { broadcastTo } from "../shapes.ts";
import { equalValues } from "./util/equal_values.ts";
import { Transform } from "./transform.ts";

/** y = loc + scale x, with scale not 0. */
export class AffineTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = real;
  /** The values that it gives. */
  override readonly codomain: Constraint = real;
  /** The shift. */
  readonly loc: Tensor;
  /** The factor. */
  readonly scale: Tensor;

  /** `loc` and `scale` broadcast with x. */
  constructor(loc: TensorLike, scale: TensorLike) {
    super();
    this.loc = asTensor(loc);
    this.scale = asTensor(scale);
  }

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x.mul(this.scale).add(this.loc);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y.sub(this.loc).div(this.scale);
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return broadcastTo(this.scale.abs().log(), this.forwardShape(x.shape));
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return broadcastShapes(shape, this.loc.shape, this.scale.shape);
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.forwardShape(shape);
  }

  /** Whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof AffineTransform && equalValues(this.loc, other.loc) &&
      equalValues(this.scale, other.scale);
  }
}
