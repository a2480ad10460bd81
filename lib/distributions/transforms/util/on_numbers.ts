import {
  asTensor,
  broadcastShapes,
  constantValues,
  sizeOf,
  type TensorLike,
  tf,
} from "../../../tensor/mod.ts";
import { valuesAt } from "../../constraints/values_at.ts";

/** A transform of single numbers, of which values are known before a trace is run. */
export interface OnNumbers {
  /** The value at x, from that of each parameter. */
  readonly forward: (x: number, ...parameters: number[]) => number;
  /** The inverse. */
  readonly inverse: (y: number, ...parameters: number[]) => number;
  /** The parameters as they were given, which broadcast with x; default: none. */
  readonly parameters?: readonly TensorLike[];
}

/**
 * Applies a function of numbers to numbers and to tensors that are constants: to a number where all
 * are numbers; undefined where one is not known.
 */
export function applyToConstants(
  f: (...x: number[]) => number,
  given: readonly TensorLike[],
): TensorLike | undefined {
  if (given.every((x) => typeof x === "number")) return f(...given);
  const tensors = given.map(asTensor);
  if (tensors.some((t) => constantValues(t)?.length !== sizeOf(t.shape))) return undefined;
  const shape = broadcastShapes(...tensors.map((t) => t.shape));
  const columns = tensors.map((t) => valuesAt(t, shape));
  const at = (i: number) => f(...columns.map((c) => typeof c === "function" ? c(i)! : c!));
  return tf.tensor(Float32Array.from({ length: sizeOf(shape) }, (_, i) => at(i)), shape);
}

/** Returns the sign of numbers that are known to have the same one. */
export function commonSign(given: TensorLike): 1 | -1 | undefined {
  const values = typeof given === "number" ? [given] : constantValues(asTensor(given));
  const every = (test: (x: number) => boolean) => values && Array.prototype.every.call(values, test);
  return every((x) => x > 0) ? 1 : every((x) => x < 0) ? -1 : undefined;
}
