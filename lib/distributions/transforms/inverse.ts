import type { TensorLike } from "../../tensor/mod.ts";
import { FormulaTransform } from "./formula_transform.ts";
import type { Transform } from "./transform.ts";

/** A transform the other way round. */
export class InverseTransform extends FormulaTransform {
  /** Turns a transform round. */
  constructor(readonly base: Transform) {
    super({
      domain: base.codomain,
      codomain: base.domain,
      forward: (x) => base.inverse(x),
      inverse: (y) => base.forward(y),
      logSlope: (x, y) => base.logAbsDetJacobian(y, x).neg(),
      sign: () => base.sign,
      direction: () => base.direction,
      forwardShape: (shape) => base.inverseShape(shape),
      inverseShape: (shape) => base.forwardShape(shape),
    });
  }

  /** Returns y for numbers or constants x. */
  override at(x: TensorLike): TensorLike | undefined {
    return this.base.inverseAt(x);
  }

  /** Returns x for numbers or constants y. */
  override inverseAt(y: TensorLike): TensorLike | undefined {
    return this.base.at(y);
  }

  /** The name in messages. */
  override get name(): string {
    return `inverse of ${this.base.name}`;
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof InverseTransform && this.base.equals(other.base);
  }
}

/**
 * Returns the inverse of a transform as a transform, Pyro's `.inv`; that of an inverse is the
 * transform itself.
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
