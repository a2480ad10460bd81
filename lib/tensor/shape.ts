import type { Shape } from "./tf.ts";

/** Writes a shape as messages show it: `[2, 3]`. */
export function formatShape(shape: readonly unknown[]): string {
  return `[${shape.join(", ")}]`;
}

/** Tells whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Returns the number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Returns the shape that all shapes broadcast to, or undefined where there is none. */
export function tryBroadcastShapes(...shapes: (readonly number[])[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Shape = new Array(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      if (result[axis] === 1) result[axis] = shape[i];
      else if (shape[i] !== 1 && shape[i] !== result[axis]) return undefined;
    }
  }
  return result;
}

/**
 * Returns the shape that all the given ones broadcast to by NumPy's rules.
 *
 * @throws Error where they do not broadcast.
 *
 * @example A column and a row
 * ```ts
 * import { broadcastShapes } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(broadcastShapes([3, 1], [4]), [3, 4]);
 * assert.throws(() => broadcastShapes([3], [4]), {
 *   message: "Cannot broadcast the shapes [3] and [4] to a common one",
 * });
 * ```
 */
export function broadcastShapes(...shapes: (readonly number[])[]): Shape {
  const result = tryBroadcastShapes(...shapes);
  if (!result) {
    throw new Error(`Cannot broadcast the shapes ${shapes.map(formatShape).join(" and ")} to a common one`);
  }
  return result;
}
