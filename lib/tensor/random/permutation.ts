import type { Key } from "../key.ts";
import { type Tensor, tf } from "../tf.ts";
import { bits } from "./bits.ts";
import { concreteKey } from "./checks.ts";
import type { ThreefryKey } from "./key.ts";

/** The indices that sort the words, equal ones in their order. */
function sortOrder(words: Uint32Array): Uint32Array {
  if (words.length > 2 ** 21) {
    return Uint32Array.from(words.keys()).sort((i, j) => words[i] - words[j] || i - j);
  }
  // Word and index together fit into the 53 bits of a double, and plain numbers sort fastest.
  const pairs = Float64Array.from(words, (word, i) => word * 2 ** 21 + i).sort();
  return Uint32Array.from(pairs, (pair) => pair % 2 ** 21);
}

/** 0, ..., size - 1 in random order, by sorting along fresh random words in as many rounds as JAX does. */
export function permutedIndices(key: ThreefryKey, size: number): Int32Array<ArrayBuffer> {
  const rounds = Math.ceil(3 * Math.log(Math.max(1, size)) / Math.log(2 ** 32 - 1));
  let indices = Int32Array.from({ length: size }, (_, i) => i);
  for (let round = 0; round < rounds; round++) {
    const [next, own] = key.split();
    key = next;
    const order = sortOrder(bits(own, [size]).data);
    indices = indices.map((_, i) => indices[order[i]]);
  }
  return indices;
}

/**
 * A random permutation: of 0, ..., x - 1 as int32 where `x` is a number, else of the rows of `x`
 * along its first axis. Throws where `x` is neither a non-negative integer nor a tensor with an
 * axis. Needs a key that is not traced. `jax.random.permutation`.
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
