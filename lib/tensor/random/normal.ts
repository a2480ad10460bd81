import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { checkShape } from "./util/checks.ts";

/** Draws float32 from the standard normal distribution (default: a scalar). `jax.random.normal`. */
export function normal(key: Key, shape: Shape = []): Tensor {
  checkShape("normal", shape);
  return key.draw("normal", shape);
}
