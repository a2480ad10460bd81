import { type Constraint, independent, IndependentConstraint } from "../constraints/mod.ts";
import { sumRightmost } from "../shapes.ts";
import { FormulaTransform } from "./formula_transform.ts";
import type { Transform } from "./transform.ts";

/** A transform with more event axes, which its log-determinants are summed over. */
export class IndependentTransform extends FormulaTransform {
  /** Counts `reinterpreted` more axes as event axes. */
  constructor(readonly base: Transform, readonly reinterpreted: number) {
    super({
      domain: independent(base.domain, reinterpreted),
      codomain: independent(base.codomain, reinterpreted),
      forward: (x) => base.forward(x),
      inverse: (y) => base.inverse(y),
      logSlope: (x, y) => sumRightmost(base.logAbsDetJacobian(x, y), reinterpreted),
      forwardShape: (shape) => base.forwardShape(shape),
      inverseShape: (shape) => base.inverseShape(shape),
    });
  }

  /** Returns the values that it gives for those of a set. */
  override image(set: Constraint): Constraint {
    const lifted = independent(set, Math.max(0, this.domain.eventDim - set.eventDim));
    if (!(lifted instanceof IndependentConstraint)) return super.image(set);
    const axes = Math.min(lifted.reinterpreted, this.reinterpreted);
    return independent(this.base.image(independent(lifted.base, lifted.reinterpreted - axes)), axes);
  }

  /** Tells whether the other transform is the same function. */
  override equals(other: Transform): boolean {
    return other instanceof IndependentTransform && this.reinterpreted === other.reinterpreted &&
      this.base.equals(other.base);
  }
}
