import { knownValues } from "../../known.ts";
import { sameShape, tryBroadcastShapes } from "../../shape.ts";
import type { Key } from "../../key.ts";
import type { Shape, Tensor } from "../../tf.ts";
import { ZeroKey } from "../keys/zero_key.ts";

/** Throws unless a key can be split into `count` keys. */
export function checkSplit(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > 2 ** 32) {
    throw new Error(`Cannot split a key into ${count}: expected a positive integer`);
  }
}

/** Throws unless a number can be folded into a key. */
export function checkFold(data: number): void {
  if (!(data >= 0 && data < 2 ** 32 && Number.isInteger(data))) {
    throw new Error(`Cannot fold ${data} into a key: expected an integer from 0 to 4294967295`);
  }
}

/** Throws unless every axis of a shape is a non-negative integer. */
export function checkShape(what: string, shape: Shape): void {
  if (!Array.isArray(shape) || shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new Error(
      `Cannot draw ${what}: expected a shape of non-negative integers, got ${JSON.stringify(shape)}`,
    );
  }
}

/**
 * Returns the shape of a draw: the one asked for, to which the shapes of all parameters must
 * broadcast, or where none is asked for the one they broadcast to among themselves.
 */
export function drawShape(what: string, shape: Shape | undefined, parameters: Record<string, Shape>): Shape {
  const entries = Object.entries(parameters);
  if (!shape) {
    const common = tryBroadcastShapes(...Object.values(parameters));
    if (common) return common;
    const shapes = entries.map(([name, parameter]) => `${name} [${parameter}]`).join(", ");
    throw new Error(`Cannot draw ${what}: the shapes of its parameters do not broadcast together: ${shapes}`);
  }
  checkShape(what, shape);
  for (const [name, parameter] of entries) {
    if (sameShape(tryBroadcastShapes(shape, parameter) ?? [], shape)) continue;
    throw new Error(
      `Cannot draw ${what}: the shape [${parameter}] of ${name} does not broadcast to the shape [${shape}] asked for`,
    );
  }
  return shape;
}

/**
 * Throws where a value of a parameter is known and not as expected, and a key draws in earnest: one
 * of zeros makes parameters of zeros, which no prior would.
 */
export function checkParameter(
  key: Key,
  what: string,
  name: string,
  parameter: Tensor,
  expected: string,
  isGood: (value: number) => boolean,
): void {
  const values = key instanceof ZeroKey ? undefined : knownValues(parameter);
  for (let i = 0; values && i < values.length; i++) {
    if (!isGood(values[i])) {
      throw new Error(`Cannot draw ${what}: expected ${name} to be ${expected}, got ${values[i]}`);
    }
  }
}

/** Throws unless a concentration, where it is known, is positive and finite. */
export function checkConcentration(
  key: Key,
  what: string,
  parameter: Tensor,
  name = "concentration",
): void {
  checkParameter(key, what, name, parameter, "positive", (value) => value > 0 && value < Infinity);
}
