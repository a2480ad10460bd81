import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { checkShape } from "./util/checks.ts";

/**
 * float32 draws from the standard normal, of the given shape (default: a scalar).
 * `jax.random.normal`.
 */
export function normal(key: Key, shape: Shape = []): Tensor {
  checkShape("normal", shape);
  return key.draw("normal", shape);
}
