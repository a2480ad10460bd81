import { permutedIndices } from "./util/permuted_indices.ts";
import type { Key } from "../key.ts";
import { type Tensor, tf } from "../tf.ts";
import { concreteKey } from "./keys/concrete_key.ts";

/**
 * Returns a random permutation: of 0, ..., x - 1 as int32 where `x` is a number, else of the rows
 * of `x` along its first axis. Throws where `x` is neither a non-negative integer nor a tensor with
 * an axis. Needs a key that is not traced. `jax.random.permutation`.
 */
export function permutation(key: Key, x: number | Tensor): Tensor {
  const size = typeof x === "number" ? x : x.shape[0];
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new Error(
      `Cannot draw permutation: expected a non-negative integer or a tensor with an axis, got ${
        typeof x === "number" ? x : "a scalar tensor"
      }`,
    );
  }
  const indices = tf.tensor1d(permutedIndices(concreteKey("permutation", key), size), "int32");
  return typeof x === "number" ? indices : tf.gather(x, indices);
}
