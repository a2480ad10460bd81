import { type DrawKind, Key } from "../../key.ts";
import { type Shape, type Tensor, tf } from "../../tf.ts";
import { tooLarge } from "../../array_limit.ts";
import { checkFold, checkShape, checkSplit } from "../util/checks.ts";
import { sizeOf } from "../../shape.ts";
import { fillStreams } from "../generator/streams.ts";
import { threefry, type Words } from "../generator/threefry.ts";

const hash: Words = [0, 0];

/**
 * A key with its two 32-bit words: the state of the threefry2x32 counter-based generator as JAX
 * uses it by default (`jax_threefry_partitionable=True`), bit for bit.
 */
export class ThreefryKey extends Key {
  /** The two words, unsigned: what `jax.random.key_data` shows. */
  readonly data: readonly [hi: number, lo: number];

  /** A key from its two words; each must be an integer from 0 to 2^32 - 1. */
  constructor(hi: number, lo: number) {
    super();
    this.data = [hi, lo];
  }

  #derive(counter: number): ThreefryKey {
    hash[0] = 0, hash[1] = counter;
    threefry(this.data[0], this.data[1], hash);
    return new ThreefryKey(hash[0] >>> 0, hash[1] >>> 0);
  }

  /** Returns `count` new keys, as `jax.random.split`. Throws unless it is a positive integer. */
  override split(count: number = 2): ThreefryKey[] {
    checkSplit(count);
    return Array.from({ length: count }, (_, i) => this.#derive(i));
  }

  /** Returns a new key from this one and an integer from 0 to 2^32 - 1, as `jax.random.fold_in`. */
  override foldIn(data: number): ThreefryKey {
    checkFold(data);
    return this.#derive(data);
  }

  /** Returns float32 draws of the given shape: `uniform` on [0, 1), or standard `normal`. */
  override draw(kind: DrawKind, shape: Shape): Tensor {
    checkShape(kind, shape);
    const reason = tooLarge(shape);
    if (reason) throw new Error(`Cannot draw ${kind}: ${reason}`);
    const values = new Float32Array(sizeOf(shape));
    fillStreams(kind, this.words(), 1, values.length, values, 0);
    return tf.tensor(values, shape, "float32");
  }

  /** Returns the two words as a fresh array of signed integers, for the generator. */
  words(): Int32Array {
    return Int32Array.of(this.data[0] | 0, this.data[1] | 0);
  }

  /** Returns the two words: `keyFromData` makes the key of them again. */
  toJSON(): [number, number] {
    return [this.data[0], this.data[1]];
  }

  /** Returns the key as text, for messages. */
  override toString(): string {
    return `key(${this.data[0]}, ${this.data[1]})`;
  }
}

/**
 * Returns the key of a seed, as `jax.random.key`: the seed's low 32 bits are the second word. Seeds
 * outside [-2^31, 2^32) keep their high bits in the first word, as JAX does with 64-bit integers
 * enabled (it drops them otherwise). Throws unless the seed is a safe integer.
 *
 * @example Two independent draws
 * ```ts
 * import assert from "node:assert/strict";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 *
 * const [a, b] = random.split(random.key(0));
 * assert.notDeepEqual(random.normal(a, [3]).arraySync(), random.normal(b, [3]).arraySync());
 * assert.deepEqual(random.normal(a, [3]).arraySync(), random.normal(a, [3]).arraySync());
 * ```
 */
export function key(seed: number): ThreefryKey {
  if (!Number.isSafeInteger(seed)) {
    throw new Error(`Cannot make a key from seed ${seed}: expected an integer of at most 53 bits`);
  }
  const high = seed >= -(2 ** 31) && seed < 2 ** 32 ? 0 : Math.floor(seed / 2 ** 32) >>> 0;
  return new ThreefryKey(high, seed >>> 0);
}

/** Returns the key with the given words, of `toJSON` for example. `jax.random.wrap_key_data`. */
export function keyFromData(data: ArrayLike<number>): ThreefryKey {
  const words = Array.from(data);
  if (words.length !== 2 || words.some((w) => !Number.isInteger(w) || w < 0 || w >= 2 ** 32)) {
    throw new Error(
      `Cannot make a key from ${JSON.stringify(words)}: expected two integers from 0 to 4294967295`,
    );
  }
  return new ThreefryKey(words[0], words[1]);
}

/**
 * Returns `count` new keys from one (default 2), as `jax.random.split`; the old one is used up.
 */
export function split<K extends Key>(key: K, count: number = 2): ReturnType<K["split"]> {
  return key.split(count) as ReturnType<K["split"]>;
}

/** Returns a new key from a key and an integer, as `jax.random.fold_in`: of a step, of a chain. */
export function foldIn<K extends Key>(key: K, data: number): ReturnType<K["foldIn"]> {
  return key.foldIn(data) as ReturnType<K["foldIn"]>;
}
