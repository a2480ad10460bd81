import { asTensor, constant, formatShape, knownValues, sizeOf } from "../../tensor/mod.ts";
import type { Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { Constraint, unravel } from "./constraint.ts";
import { IndependentConstraint } from "./independent.ts";
import { valuesAt } from "./values_at.ts";

/** The limits of a set of numbers; without one, there is none on that side. */
interface Limits {
  readonly low?: TensorLike;
  readonly high?: TensorLike;
  /** True where the bounds themselves lie outside. */
  readonly isOpen?: boolean;
  readonly isDiscrete?: boolean;
}

/** Numbers between bounds, which may be tensors that broadcast with values; NaN lies outside. */
export class Bounded extends Constraint {
  /** The lower bound, if there is one. */
  readonly lowerBound: TensorLike | undefined;
  /** The upper bound, if there is one. */
  readonly upperBound: TensorLike | undefined;
  /** True for a countable set. */
  override readonly isDiscrete: boolean;
  private readonly isOpen: boolean;

  /** Makes the constraint. */
  constructor(readonly name: string, { low, high, isOpen = false, isDiscrete = false }: Limits) {
    super();
    this.lowerBound = low;
    this.upperBound = high;
    this.isOpen = isOpen;
    this.isDiscrete = isDiscrete;
  }

  /** Finds the index of the first element outside the set, if there is one. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const known = sizeOf(shape) === values.length ? shape : [];
    const low = valuesAt(this.lowerBound, known), high = valuesAt(this.upperBound, known);
    for (let i = 0; i < values.length; i++) {
      const value = values[i], lower = typeof low === "function" ? low(i) : low;
      const upper = typeof high === "function" ? high(i) : high;
      const isInside = !Number.isNaN(value) &&
        (lower === undefined || value > lower || (!this.isOpen && value === lower)) &&
        (upper === undefined || value < upper || (!this.isOpen && value === upper)) &&
        (!this.isDiscrete || Number.isInteger(value));
      if (!isInside) return unravel(i, shape, values.length);
    }
    return undefined;
  }

  /** Tells of each number whether it lies below the lower bound, -Infinity where there is none. */
  below(value: Tensor): Tensor | undefined {
    const { lowerBound: low, upperBound: high } = this;
    if (low === undefined) return high === undefined ? undefined : value.equal(constant(-Infinity));
    return this.isOpen ? value.lessEqual(asTensor(low)) : value.less(asTensor(low));
  }

  /** Tells of each number whether it lies above the upper bound, Infinity where there is none. */
  above(value: Tensor): Tensor | undefined {
    const { lowerBound: low, upperBound: high } = this;
    if (high === undefined) return low === undefined ? undefined : value.equal(constant(Infinity));
    return this.isOpen ? value.greaterEqual(asTensor(high)) : value.greater(asTensor(high));
  }

  /** Tells of each number whether it lies outside the set. */
  override outside(value: Tensor): Tensor | undefined {
    const below = this.below(value), above = this.above(value);
    if (!below || !above) return undefined;
    const beyond = below.logicalOr(above);
    return this.isDiscrete ? beyond.logicalOr(value.sub(value.floor()).greater(constant(0))) : beyond;
  }

  /** The set without the bounds: what a transform reaches that comes to them only in the limit. */
  override get interior(): Constraint {
    const { name, lowerBound: low, upperBound: high, isOpen, isDiscrete } = this;
    return isOpen || isDiscrete ? this : new Bounded(name, { low, high, isOpen: true });
  }

  /** Returns a number between the bounds, which it has a distance from. */
  override feasibleLike(_value: Tensor): Tensor {
    const { lowerBound: low, upperBound: high } = this, one = constant(1);
    if (low === undefined) return high === undefined ? constant(0) : asTensor(high).sub(one);
    if (this.isDiscrete) return asTensor(low);
    return high === undefined ? asTensor(low).add(one) : asTensor(low).add(asTensor(high)).mul(constant(0.5));
  }

  /** Tells whether each number of this set is known to lie in another. */
  override isWithin(other: Constraint): boolean {
    if (this === other) return true;
    if (other instanceof IndependentConstraint) return this.isWithin(other.base);
    if (!(other instanceof Bounded) || (other.isDiscrete && !this.isDiscrete)) return false;
    const isTighter = (own?: TensorLike, bound?: TensorLike, sign = 1) => {
      if (bound === undefined) return true;
      if (own === bound) return this.isOpen || !other.isOpen;
      return typeof own === "number" && typeof bound === "number" && sign * own > sign * bound;
    };
    return isTighter(this.lowerBound, other.lowerBound) &&
      isTighter(this.upperBound, other.upperBound, -1);
  }

  /** Returns the set's name for messages, with its bounds. */
  override toString(): string {
    const bounds = [this.lowerBound, this.upperBound].filter((bound) => bound !== undefined);
    return `${this.name}(${bounds.map((bound) => formatBound(bound!)).join(", ")})`;
  }
}

function formatBound(bound: TensorLike): string {
  if (typeof bound === "number") return String(bound);
  const tensor = asTensor(bound) as Tensor, values = knownValues(tensor);
  if (values?.length === 1) return String(Number(values[0].toPrecision(7)));
  return `tensor of shape ${formatShape(tensor.shape)}`;
}

/** Makes the constraint low <= x <= high. */
export function interval(low: TensorLike, high: TensorLike): Bounded {
  return new Bounded("interval", { low, high });
}

/** Makes the constraint x > low. */
export function greaterThan(low: TensorLike): Bounded {
  return new Bounded("greaterThan", { low, isOpen: true });
}

/** Makes the constraint x >= low. */
export function greaterThanEq(low: TensorLike): Bounded {
  return new Bounded("greaterThanEq", { low });
}

/** Makes the constraint x < high. */
export function lessThan(high: TensorLike): Bounded {
  return new Bounded("lessThan", { high, isOpen: true });
}

/** Makes the constraint of integers from low to high, both included. */
export function integerInterval(low: TensorLike, high: TensorLike): Bounded {
  return new Bounded("integerInterval", { low, high, isDiscrete: true });
}

/** A bounded set whose name says its bounds. */
class Named extends Bounded {
  override toString(): string {
    return this.name;
  }
}

/** Numbers without bounds that are not infinite. */
class Finite extends Named {
  override violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const position = Array.prototype.findIndex.call(values, (x: number) => !Number.isFinite(x));
    return position < 0 ? undefined : unravel(position, shape, values.length);
  }
  override outside(value: Tensor): Tensor {
    return value.abs().equal(constant(Infinity));
  }
}

/** 0 and 1, with fewer operations. */
class Binary extends Named {
  override outside(value: Tensor): Tensor {
    return value.mul(value.sub(constant(1))).abs().greater(constant(0));
  }
}

/** All numbers, infinite ones included; not NaN. */
export const real: Constraint = new Named("real", {});
/** All numbers but infinite ones; not NaN. */
export const finite: Constraint = new Finite("finite", {});
/** x > 0 */
export const positive: Constraint = new Named("positive", { low: 0, isOpen: true });
/** x > 0, reached by the softplus instead of the exponential, as Pyro's `softplus_positive`. */
export const softplusPositive: Constraint = new Named("softplusPositive", { low: 0, isOpen: true });
/** x >= 0 */
export const nonNegative: Constraint = new Named("nonNegative", { low: 0 });
/** 0 <= x <= 1 */
export const unitInterval: Constraint = new Named("unitInterval", { low: 0, high: 1 });
/** 0 or 1 */
export const boolean: Constraint = new Binary("boolean", { low: 0, high: 1, isDiscrete: true });
/** 0, 1, 2 ... */
export const nonNegativeInteger: Constraint = new Named("nonNegativeInteger", { low: 0, isDiscrete: true });
/** 1, 2, 3 ... */
export const positiveInteger: Constraint = new Named("positiveInteger", { low: 1, isDiscrete: true });
