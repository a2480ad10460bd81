import type { Key } from "../key.ts";
import { type Shape, type Tensor, tf } from "../tf.ts";
import { bits } from "./bits.ts";
import { concreteKey } from "./keys/concrete_key.ts";
import { checkShape } from "./util/checks.ts";

/**
 * Draws int32 from min, ..., max - 1, of the given shape. Two words make one draw, so that the bias
 * of the remainder is below (max - min) / 2^64. Throws unless the bounds are 32-bit integers with
 * min < max. Needs a key that is not traced. `jax.random.randint`.
 */
export function randint(key: Key, shape: Shape, min: number, max: number): Tensor {
  checkShape("randint", shape);
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < -(2 ** 31) || max > 2 ** 31 || min >= max) {
    throw new Error(`Cannot draw randint: expected 32-bit integers min < max, got min ${min} and max ${max}`);
  }
  const [k1, k2] = concreteKey("randint", key).split();
  const high = bits(k1, shape).data, low = bits(k2, shape).data;
  const span = max - min;
  // As in JAX: 2^32 mod span is the square of 2^16 mod span, which wraps at 2^32.
  const root = 2 ** 16 % span, multiplier = (Math.imul(root, root) >>> 0) % span;
  const values = new Int32Array(high.length);
  for (let i = 0; i < values.length; i++) {
    const product = Math.imul(high[i] % span, multiplier) >>> 0;
    values[i] = min + ((product + low[i] % span) >>> 0) % span;
  }
  return tf.tensor(values, shape, "int32");
}
