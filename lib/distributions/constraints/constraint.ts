import { type Shape, sizeOf } from "../../tensor/mod.ts";

/** A set of values: the support of a distribution, or the values that a parameter may have. */
export abstract class Constraint {
  /** The name that `bijectTo` and printing go by, such as `positive`. */
  abstract readonly name: string;
  /** How many rightmost axes make up one element of the set: 0 for numbers, 1 for vectors, 2 for matrices. */
  readonly eventDim: number = 0;
  /** Whether the set is countable. */
  readonly isDiscrete: boolean = false;

  /**
   * The index of the first element (its event axes left out) that lies outside the set, or
   * undefined where all lie inside. Where the number of values does not fit the shape, because an
   * axis is symbolic, the index is counted through the values.
   */
  abstract violation(values: ArrayLike<number>, shape: Shape): number[] | undefined;

  /** Whether all values lie in the set. */
  check(values: ArrayLike<number>, shape: Shape): boolean {
    return this.violation(values, shape) === undefined;
  }

  /** How the set is called in messages. */
  toString(): string {
    return this.name;
  }
}

/** The index along each axis of a flat position, or the position itself where the shape does not fit the values. */
export function unravel(position: number, shape: Shape, count: number): number[] {
  if (sizeOf(shape) !== count) return [position];
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(position % shape[axis]);
    position = Math.floor(position / shape[axis]);
  }
  return index;
}

/** The index of the first block of `size` values for which `holds` fails; `size` is that of the event axes. */
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
