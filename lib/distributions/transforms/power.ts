import { asTensor, constant, type Tensor, type TensorLike } from "../../tensor/mod.ts";
import { type Constraint, positive } from "../constraints/mod.ts";
import { equalValues } from "./util/equal_values.ts";
import { Transform } from "./transform.ts";

/** y = x^exponent for positive x, with an exponent that is not 0. */
export class PowerTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint = positive;
  /** The values that it gives. */
  override readonly codomain: Constraint = positive;
  /** The exponent. */
  readonly exponent: Tensor;

  /** `exponent` broadcasts with x. */
  constructor(exponent: TensorLike) {
    super();
    this.exponent = asTensor(exponent);
  }

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return x.pow(this.exponent);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return y.pow(this.exponent.reciprocal());
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return this.exponent.abs().log().add(this.exponent.sub(constant(1)).mul(x.log()));
  }

  /** Whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof PowerTransform && equalValues(this.exponent, other.exponent);
  }
}
