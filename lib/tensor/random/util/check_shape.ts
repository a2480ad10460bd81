import type { Shape } from "../../tf.ts";

/** Throws unless every axis of a shape is a non-negative integer. */
export function checkShape(what: string, shape: Shape): void {
  if (!Array.isArray(shape) || shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new Error(
      `Cannot draw ${what}: expected a shape of non-negative integers, got ${JSON.stringify(shape)}`,
    );
  }
}
