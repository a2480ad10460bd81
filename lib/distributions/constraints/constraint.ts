import { constant, type Shape, sizeOf, type Tensor } from "../../tensor/mod.ts";

/** A set of values: the support of a distribution, or the values that a parameter may have. */
export abstract class Constraint {
  /** The name that `bijectTo` and printing go by, such as `positive`. */
  abstract readonly name: string;
  /** The number of axes of one element of the set: 0 for numbers, 1 for vectors, 2 for matrices. */
  readonly eventDim: number = 0;
  /** True for a countable set. */
  readonly isDiscrete: boolean = false;

  /**
   * Finds the index of the first element (its event axes left out) that lies outside the set, if
   * there is one. If the number of values does not fit the shape, because an axis is symbolic, the
   * index is counted through the values.
   */
  abstract violation(values: ArrayLike<number>, shape: Shape): number[] | undefined;

  /** Tells whether all values lie in the set. */
  check(values: ArrayLike<number>, shape: Shape): boolean {
    return this.violation(values, shape) === undefined;
  }

  /**
   * Tells of each element, as a boolean tensor of the value's shape without event axes, whether it
   * lies outside the set; undefined for a set of all numbers. Elements with a NaN are not outside:
   * they pass through a density, and make it NaN.
   */
  outside(_value: Tensor): Tensor | undefined {
    return undefined;
  }

  /** True where all there is to it is known, and false where bounds are tensors of one run. */
  get isFixed(): boolean {
    return true;
  }

  /** The set without its edge. */
  get interior(): Constraint {
    return this;
  }

  /**
   * Returns an element well within the set that broadcasts with a value, as NumPyro's
   * `feasible_like`.
   */
  feasibleLike(_value: Tensor): Tensor {
    return constant(0);
  }

  /** Tells whether each element of this set is known to lie in another. */
  isWithin(other: Constraint): boolean {
    return this === other;
  }

  /** Returns the set's name for messages. */
  toString(): string {
    return this.name;
  }
}

/** Returns the index of a flat position; the position itself if shape and values do not fit. */
export function unravel(position: number, shape: Shape, count: number): number[] {
  if (sizeOf(shape) !== count) return [position];
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(position % shape[axis]);
    position = Math.floor(position / shape[axis]);
  }
  return index;
}

/** Finds the index of the first block, of the event axes' size, for which `holds` fails. */
export function firstBlock(
  values: ArrayLike<number>,
  shape: Shape,
  eventDim: number,
  holds: (block: ArrayLike<number>, eventShape: Shape) => boolean,
): number[] | undefined {
  const eventShape = shape.slice(shape.length - eventDim);
  const size = sizeOf(eventShape);
  // A symbolic event axis: its true size is not known here, so there is nothing to check.
  if (size === 0 || values.length % size !== 0 || values.length < size) return undefined;
  for (let i = 0; i < values.length / size; i++) {
    const block = Array.prototype.slice.call(values, i * size, (i + 1) * size);
    if (!holds(block, eventShape)) {
      return unravel(i, shape.slice(0, shape.length - eventDim), values.length / size);
    }
  }
  return undefined;
}
