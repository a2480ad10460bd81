import type { Key } from "../../key.ts";
import { knownValues } from "../../known.ts";
import type { Shape, Tensor } from "../../tf.ts";
import { ThreefryKey } from "../keys/key.ts";
import { checkShape } from "./check_shape.ts";

/**
 * The shape of a draw: the one asked for, to which the shapes of all parameters must broadcast, or
 * where none is asked for the one they broadcast to among themselves.
 */
export function drawShape(what: string, shape: Shape | undefined, parameters: Record<string, Shape>): Shape {
  if (shape) {
    checkShape(what, shape);
    for (const [name, own] of Object.entries(parameters)) {
      const lead = shape.length - own.length;
      if (lead < 0 || own.some((size, i) => size !== 1 && size !== shape[lead + i])) {
        throw new Error(
          `Cannot draw ${what}: the shape [${own}] of ${name} does not broadcast to the shape [${shape}] asked for`,
        );
      }
    }
    return shape;
  }
  const rank = Math.max(0, ...Object.values(parameters).map((own) => own.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = Object.values(parameters).map((own) => own[own.length - rank + i] ?? 1);
    const size = sizes.find((s) => s !== 1) ?? 1;
    if (sizes.some((s) => s !== 1 && s !== size)) {
      const shapes = Object.entries(parameters).map(([name, own]) => `${name} [${own}]`).join(", ");
      throw new Error(
        `Cannot draw ${what}: the shapes of its parameters do not broadcast together: ${shapes}`,
      );
    }
    return size;
  });
}

/** Throws where a value of a parameter is known and not as expected. */
export function checkParameter(
  what: string,
  name: string,
  parameter: Tensor,
  expected: string,
  isGood: (value: number) => boolean,
): void {
  const values = knownValues(parameter);
  for (let i = 0; values && i < values.length; i++) {
    if (!isGood(values[i])) {
      throw new Error(`Cannot draw ${what}: expected ${name} to be ${expected}, got ${values[i]}`);
    }
  }
}

/** Returns the key with its words, for what is computed from raw bits; throws for a traced key. */
export function concreteKey(what: string, key: Key): ThreefryKey {
  if (key instanceof ThreefryKey) return key;
  throw new Error(
    `Cannot draw ${what} from a traced key: it is computed on the host from the key's own words. ` +
      `Draw it outside the traced function and hand it in as an argument`,
  );
}
