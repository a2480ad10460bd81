import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { checkShape } from "./check_shape.ts";

/** float32 draws from the exponential distribution with rate 1, of the given shape (default: a scalar). `jax.random.exponential`. */
export function exponential(key: Key, shape: Shape = []): Tensor {
  checkShape("exponential", shape);
  return key.draw("uniform", shape).neg().log1p().neg();
}
