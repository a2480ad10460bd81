import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { checkShape } from "./util/checks.ts";

/** Draws float32 of the exponential distribution (default: a scalar). `jax.random.exponential`. */
export function exponential(key: Key, shape: Shape = []): Tensor {
  checkShape("exponential", shape);
  return key.draw("uniform", shape).neg().log1p().neg();
}
