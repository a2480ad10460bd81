import { constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { sizeOf } from "../shape.ts";
import { type Shape, type Tensor, tf } from "../tf.ts";
import { fillUniform } from "./generator/fill.ts";
import { log, TINY } from "./generator/float32.ts";
import { ThreefryKey } from "./keys/key.ts";
import { checkShape } from "./util/checks.ts";

/**
 * Draws float32 from the standard Gumbel distribution, of the given shape (default: a scalar).
 * `jax.random.gumbel`: its very numbers where the key is eager; a graph's own logarithm, taken
 * twice, magnifies what its last digit differs by.
 */
export function gumbel(key: Key, shape: Shape = []): Tensor {
  checkShape("gumbel", shape);
  if (key instanceof ThreefryKey) {
    const values = new Float32Array(sizeOf(shape));
    fillUniform(key, values);
    return tf.tensor(values.map((u) => -log(-log(Math.max(u, TINY)))), shape, "float32");
  }
  return tf.maximum(key.draw("uniform", shape), constant(TINY)).log().neg().log().neg();
}
