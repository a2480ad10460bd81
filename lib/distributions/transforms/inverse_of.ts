import type { Shape, Tensor } from "../../tensor/mod.ts";
import type { Constraint } from "../constraints/mod.ts";
import { Transform } from "./transform.ts";

/** A transform the other way round. */
export class InverseTransform extends Transform {
  /** The values that it takes. */
  override readonly domain: Constraint;
  /** The values that it gives. */
  override readonly codomain: Constraint;

  /** Makes the transform. */
  constructor(readonly base: Transform) {
    super();
    this.domain = base.codomain;
    this.codomain = base.domain;
  }

  /** The name in messages. */
  override get name(): string {
    return `inverse of ${this.base.name}`;
  }

  /** y from x. */
  protected override compute(x: Tensor): Tensor {
    return this.base.inverse(x);
  }

  /** x from y. */
  protected override invert(y: Tensor): Tensor {
    return this.base.forward(y);
  }

  /** log |det dy/dx| for each element of the domain. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return this.base.logAbsDetJacobian(y, x).neg();
  }

  /** The direction of a monotonic transform, the same both ways. */
  override get sign(): 1 | Tensor | undefined {
    return this.base.sign;
  }

  /** The shape of y from that of x. */
  override forwardShape(shape: Shape): Shape {
    return this.base.inverseShape(shape);
  }

  /** The shape of x from that of y. */
  override inverseShape(shape: Shape): Shape {
    return this.base.forwardShape(shape);
  }

  /** Whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof InverseTransform && this.base.equals(other.base);
  }
}

/**
 * The inverse of a transform as a transform, Pyro's `.inv`; that of an inverse is the transform
 * itself.
 *
 * @example The logarithm
 * ```ts
 * import { ExpTransform, inverseOf } from "@pyrosaur/pyrosaur/distributions";
 * import { tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const exp = new ExpTransform(), log = inverseOf(exp);
 * assert.equal(log.forward(tf.scalar(1)).dataSync()[0], 0);
 * assert.equal(inverseOf(log), exp);
 * ```
 */
export function inverseOf(transform: Transform): Transform {
  return transform instanceof InverseTransform ? transform.base : new InverseTransform(transform);
}
