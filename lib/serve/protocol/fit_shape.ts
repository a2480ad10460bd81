import type { ModelSpec, TensorSpec } from "./datatypes.ts";
import { refuse, shown } from "./serve_error.ts";

/** The number of elements that are counted without rounding. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Returns the number of elements of a shape. Throws where it cannot be counted. */
export function elementsOf(shape: readonly number[], name: string): number {
  const size = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  if (size > MOST) refuse(`the input "${name}" has a shape of too many elements: [${shape}]`);
  return size;
}

/**
 * Returns the shape of an input of a request, held against the model's. An axis of length 1 behind
 * all others is left out where the model has none: MLServer's client sends vectors as columns.
 *
 * @throws ServeError that says which shape was expected.
 */
export function fitShape(given: unknown, spec: TensorSpec, { maxBatchSize }: ModelSpec): number[] {
  const { name, shape: expected } = spec;
  if (!Array.isArray(given) || !given.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    refuse(`the "shape" of the input "${name}" is ${shown(given)}, expected an array of lengths`);
  }
  const shape: number[] = given.length === expected.length + 1 && given.at(-1) === 1
    ? given.slice(0, -1)
    : given;
  const fits = shape.length === expected.length &&
    expected.every((length, i) => length === -1 || length === shape[i]);
  if (!fits) {
    refuse(
      `the input "${name}" has shape [${given}], expected [${expected}]` +
        (expected.includes(-1) ? ", where -1 is any length" : ""),
    );
  }
  if (maxBatchSize > 0 && shape[0] > maxBatchSize) {
    refuse(`the input "${name}" has ${shape[0]} rows, expected at most max_batch_size ${maxBatchSize}`);
  }
  return shape;
}
