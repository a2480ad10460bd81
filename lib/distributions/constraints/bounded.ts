import { asTensor, constant, formatShape, knownValues, sizeOf, tf } from "../../tensor/mod.ts";
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
  /** The part of its size by which a bound may be off, as where it was computed (default 0). */
  readonly slack?: number;
}

/** Numbers between bounds, which may be tensors that broadcast with values; NaN lies outside. */
export class Bounded extends Constraint {
  /** The lower bound, if there is one. */
  readonly lowerBound: TensorLike | undefined;
  /** The upper bound, if there is one. */
  readonly upperBound: TensorLike | undefined;
  /** True for a countable set. */
  override readonly isDiscrete: boolean;
  /** True where the bounds themselves lie outside. */
  readonly isOpen: boolean;
  private readonly slack: number;

  /** Makes the constraint. */
  constructor(readonly name: string, { low, high, isOpen = false, isDiscrete = false, slack = 0 }: Limits) {
    super();
    this.lowerBound = low;
    this.upperBound = high;
    this.isOpen = isOpen;
    this.isDiscrete = isDiscrete;
    this.slack = slack;
  }

  /** Finds the index of the first element outside the set, if there is one. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const known = sizeOf(shape) === values.length ? shape : [];
    const low = valuesAt(this.lowerBound, known), high = valuesAt(this.upperBound, known);
    for (let i = 0; i < values.length; i++) {
      const value = values[i], lower = typeof low === "function" ? low(i) : low;
      const upper = typeof high === "function" ? high(i) : high;
      const isBeyond = (bound: number | undefined, sign: number) => {
        if (bound === undefined) return false;
        const rest = sign * (value - bound), size = Math.max(Math.abs(lower ?? 0), Math.abs(upper ?? 0));
        if (this.slack > 0) return !(rest <= this.slack * size);
        // A bound that float32 rounds is met by its rounding.
        return this.isOpen ? !(rest < 0) : !(rest <= 0 || value === Math.fround(bound));
      };
      const isInside = !Number.isNaN(value) && !isBeyond(lower, -1) && !isBeyond(upper, 1) &&
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
    const isWhole = !this.isDiscrete || value.dtype !== "float32";
    return isWhole ? beyond : beyond.logicalOr(value.sub(value.floor()).greater(constant(0)));
  }

  /** True where the bounds are numbers or arrays, no tensors of one run. */
  override get isFixed(): boolean {
    return ![this.lowerBound, this.upperBound].some((bound) => bound instanceof tf.Tensor);
  }

  /** Returns the same set with other bounds; undefined where there is none for one of them. */
  mapBounds(map: (bound: TensorLike) => TensorLike | undefined): Bounded | undefined {
    const { name, lowerBound, upperBound, isOpen, isDiscrete, slack } = this;
    const [low, high] = [lowerBound, upperBound].map((bound) => bound === undefined ? bound : map(bound));
    const isWhole = (low === undefined) === (lowerBound === undefined) &&
      (high === undefined) === (upperBound === undefined);
    return isWhole ? new Bounded(name, { low, high, isOpen, isDiscrete, slack }) : undefined;
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
  const tensor = asTensor(bound) as Tensor, values = valuesOf(tensor);
  if (values?.length === 1) return String(Number(values[0].toPrecision(7)));
  return `tensor of shape ${formatShape(tensor.shape)}`;
}

/** The values of a tensor; one of a trace that has ended has none. */
function valuesOf(tensor: Tensor): ArrayLike<number> | undefined {
  try {
    return knownValues(tensor);
  } catch {
    return undefined;
  }
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

/** Makes the constraint x <= high. */
export function lessThanEq(high: TensorLike): Bounded {
  return new Bounded("lessThanEq", { high });
}

/** Makes the constraint of integers from low to high, both included. */
export function integerInterval(low: TensorLike, high: TensorLike): Bounded {
  return new Bounded("integerInterval", { low, high, isDiscrete: true });
}

/** Makes the constraint of integers from low on; torch's `integer_greater_than`(low - 1). */
export function integerGreaterThanEq(low: TensorLike): Bounded {
  return new Bounded("integerGreaterThanEq", { low, isDiscrete: true });
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
/** -pi <= x <= pi: angles, whose ends are one point. */
export const circular: Constraint = new Named("circular", { low: -Math.PI, high: Math.PI });
/** 0 or 1 */
export const boolean: Constraint = new Binary("boolean", { low: 0, high: 1, isDiscrete: true });
/** 0, 1, 2 ... */
export const nonNegativeInteger: Constraint = new Named("nonNegativeInteger", { low: 0, isDiscrete: true });
/** ... -1, 0, 1, 2 ... */
export const integer: Constraint = new Named("integer", { isDiscrete: true });
/** 1, 2, 3 ... */
export const positiveInteger: Constraint = new Named("positiveInteger", { low: 1, isDiscrete: true });

/** Bounds that are computed meet draws that are computed otherwise, in float32. */
const SLACK = 2 ** -21;

const named: readonly Constraint[] = [real, positive, nonNegative, unitInterval];

/** Returns the set of numbers between bounds, by its own name where it has one. */
export function bounded(
  low: TensorLike | undefined,
  high: TensorLike | undefined,
  isOpen: boolean,
): Constraint {
  const isThat = (c: Constraint) =>
    c instanceof Bounded && c.lowerBound === low && c.upperBound === high &&
    (c === real || c.isOpen === isOpen);
  const suffix = isOpen ? "" : "Eq";
  const name = high === undefined
    ? `greaterThan${suffix}`
    : low === undefined
    ? `lessThan${suffix}`
    : "interval";
  return named.find(isThat) ?? new Bounded(name, { low, high, isOpen, slack: SLACK });
}
