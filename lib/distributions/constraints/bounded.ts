import {
  asTensor,
  formatShape,
  knownValues,
  type Shape,
  sizeOf,
  type Tensor,
  type TensorLike,
} from "../../tensor/mod.ts";
import { Constraint, unravel } from "./constraint.ts";

/** What is compared with what in a bounded constraint, `!holds` being a violation. */
type Comparison = (value: number, bound: number) => boolean;

/** A bound's value for the element at `position`, or undefined where it is not known. */
function boundReader(bound: TensorLike, shape: Shape): (position: number) => number | undefined {
  if (typeof bound === "number") return () => bound;
  const tensor = asTensor(bound);
  const values = knownValues(tensor);
  if (!values || values.length !== sizeOf(tensor.shape)) return () => undefined;
  if (values.length === 1) return () => values[0];
  const strides = tensor.shape.map((size, i) => size === 1 ? 0 : sizeOf(tensor.shape.slice(i + 1)));
  return (position) => {
    let offset = 0;
    for (let axis = shape.length - 1, own = strides.length - 1; axis >= 0; axis--, own--) {
      if (own >= 0) offset += (position % shape[axis]) * strides[own];
      position = Math.floor(position / shape[axis]);
    }
    return values[offset];
  };
}

/** Numbers between bounds, which may be tensors that broadcast with the values. */
export class Bounded extends Constraint {
  /** Makes the constraint. */
  constructor(
    readonly name: string,
    /** The lower bound, if there is one. */
    readonly lowerBound: TensorLike | undefined,
    /** The upper bound, if there is one. */
    readonly upperBound: TensorLike | undefined,
    private readonly above: Comparison,
    private readonly below: Comparison,
    override readonly isDiscrete: boolean = false,
  ) {
    super();
  }

  /** The index of the first element outside the set, or undefined. */
  violation(values: ArrayLike<number>, shape: Shape): number[] | undefined {
    const fits = sizeOf(shape) === values.length;
    const low = this.lowerBound === undefined ? undefined : boundReader(this.lowerBound, fits ? shape : []);
    const high = this.upperBound === undefined ? undefined : boundReader(this.upperBound, fits ? shape : []);
    for (let i = 0; i < values.length; i++) {
      const value = values[i], lower = low?.(i), upper = high?.(i);
      const inside = !Number.isNaN(value) && (lower === undefined || this.above(value, lower)) &&
        (upper === undefined || this.below(value, upper)) && (!this.isDiscrete || Number.isInteger(value));
      if (!inside) return unravel(i, shape, values.length);
    }
    return undefined;
  }

  /** How the set is called in messages. */
  override toString(): string {
    const bounds = [this.lowerBound, this.upperBound].filter((bound) => bound !== undefined);
    return `${this.name}(${bounds.map((bound) => formatBound(bound!)).join(", ")})`;
  }
}

function formatBound(bound: TensorLike): string {
  if (typeof bound === "number") return String(bound);
  const tensor = asTensor(bound) as Tensor;
  const values = knownValues(tensor);
  if (values?.length === 1) return String(Number(values[0].toPrecision(7)));
  return `tensor of shape ${formatShape(tensor.shape)}`;
}

const atLeast: Comparison = (x, bound) => x >= bound, atMost: Comparison = (x, bound) => x <= bound;

/** low <= x <= high */
export function interval(low: TensorLike, high: TensorLike): Bounded {
  return new Bounded("interval", low, high, atLeast, atMost);
}

/** x > low */
export function greaterThan(low: TensorLike): Bounded {
  return new Bounded("greaterThan", low, undefined, (x, bound) => x > bound, atMost);
}

/** x >= low */
export function greaterThanEq(low: TensorLike): Bounded {
  return new Bounded("greaterThanEq", low, undefined, atLeast, atMost);
}

/** x < high */
export function lessThan(high: TensorLike): Bounded {
  return new Bounded("lessThan", undefined, high, atLeast, (x, bound) => x < bound);
}

/** The integers from low to high, both included. */
export function integerInterval(low: TensorLike, high: TensorLike): Bounded {
  return new Bounded("integerInterval", low, high, atLeast, atMost, true);
}
