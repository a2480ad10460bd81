import type { Shape } from "../../tensor/mod.ts";
import { Constraint } from "./constraint.ts";

/** A constraint whose rightmost batch axes count as event axes. */
export class IndependentConstraint extends Constraint {
  /** The name in messages. */
  readonly name: string = "independent";
  /** How many rightmost axes make up one element. */
  override readonly eventDim: number;
  /** Whether the values are countable. */
  override readonly isDiscrete: boolean;

  /** Makes the constraint. */
  constructor(
    /** The constraint of one entry. */
    readonly base: Constraint,
    /** How many batch axes become event axes. */
    readonly reinterpreted: number,
  ) {
    super();
    this.eventDim = base.eventDim + reinterpreted;
    this.isDiscrete = base.isDiscrete;
  }

  /** The index of the first element outside the set, or undefined. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const index = this.base.violation(values, shape);
    return index?.slice(0, Math.max(0, index.length - this.reinterpreted));
  }

  /** How the set is called in messages. */
  override toString(): string {
    return `independent(${this.base}, ${this.reinterpreted})`;
  }
}

/** `base` with its `count` rightmost batch axes counted as event axes; `base` itself for 0. */
export function independent(base: Constraint, count: number): Constraint {
  return count === 0 ? base : new IndependentConstraint(base, count);
}
