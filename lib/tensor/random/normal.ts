import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { checkShape } from "./util/checks.ts";

/**
 * float32 draws from the standard normal, of the given shape (default: a scalar).
 * `jax.random.normal`.
 *
 * @example Standard normal draws
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const draws = random.normal(random.key(0), [1000, 2]);
 * assert.deepEqual(draws.shape, [1000, 2]);
 * assert(Math.abs(draws.mean().dataSync()[0]) < 0.1);
 * ```
 */
export function normal(key: Key, shape: Shape = []): Tensor {
  checkShape("normal", shape);
  return key.draw("normal", shape);
}
