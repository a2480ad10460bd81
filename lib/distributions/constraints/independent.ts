import type { Shape, Tensor } from "../../tensor/mod.ts";
import { Constraint } from "./constraint.ts";

/** A constraint whose rightmost batch axes count as event axes. */
export class IndependentConstraint extends Constraint {
  /** The name in messages. */
  readonly name: string = "independent";
  /** The number of rightmost axes that make up one element. */
  override readonly eventDim: number;
  /** True for countable values. */
  override readonly isDiscrete: boolean;

  /** Makes the constraint. */
  constructor(
    /** The constraint of one entry. */
    readonly base: Constraint,
    /** The number of batch axes that become event axes. */
    readonly reinterpreted: number,
  ) {
    super();
    this.eventDim = base.eventDim + reinterpreted;
    this.isDiscrete = base.isDiscrete;
  }

  /** Finds the index of the first element outside the set, if there is one. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const index = this.base.violation(values, shape);
    return index?.slice(0, Math.max(0, index.length - this.reinterpreted));
  }

  /** Tells of each element whether it lies outside the set. */
  override outside(value: Tensor): Tensor | undefined {
    const axes = Array.from({ length: this.reinterpreted }, (_, i) => i - this.reinterpreted);
    const each = this.base.outside(value);
    return each && each.any(axes.map((axis) => each.rank + axis));
  }

  /** True where no bounds are tensors of one run. */
  override get isFixed(): boolean {
    return this.base.isFixed;
  }

  /** The set without its edge. */
  override get interior(): Constraint {
    return independent(this.base.interior, this.reinterpreted);
  }

  /** Returns an element well within the set. */
  override feasibleLike(value: Tensor): Tensor {
    return this.base.feasibleLike(value);
  }

  /** Tells whether each element of this set is known to lie in another. */
  override isWithin(other: Constraint): boolean {
    return this.base.isWithin(other instanceof IndependentConstraint ? other.base : other);
  }

  /** Returns the set's name for messages. */
  override toString(): string {
    return `independent(${this.base}, ${this.reinterpreted})`;
  }
}

/** Returns `base` with `count` rightmost batch axes counted as event axes; itself for 0. */
export function independent(base: Constraint, count: number): Constraint {
  return count === 0 ? base : new IndependentConstraint(base, count);
}
