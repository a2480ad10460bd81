import { bits } from "../bits.ts";
import type { ThreefryKey } from "../keys/key.ts";

/** Returns the indices that sort the words, equal ones in their order. */
function sortOrder(words: Uint32Array): Uint32Array {
  if (words.length > 2 ** 21) {
    return Uint32Array.from(words.keys()).sort((i, j) => words[i] - words[j] || i - j);
  }
  // Word and index together fit into the 53 bits of a double, and plain numbers sort fastest.
  const pairs = Float64Array.from(words, (word, i) => word * 2 ** 21 + i).sort();
  return Uint32Array.from(pairs, (pair) => pair % 2 ** 21);
}

/** Returns 0, ..., size - 1 in random order: sorted by random words, in JAX's number of rounds. */
export function permutedIndices(key: ThreefryKey, size: number): Int32Array<ArrayBuffer> {
  const rounds = Math.ceil(3 * Math.log(Math.max(1, size)) / Math.log(2 ** 32 - 1));
  let indices = Int32Array.from({ length: size }, (_, i) => i);
  for (let round = 0; round < rounds; round++) {
    const [next, forWords] = key.split();
    key = next;
    const order = sortOrder(bits(forWords, [size]).data);
    indices = indices.map((_, i) => indices[order[i]]);
  }
  return indices;
}
