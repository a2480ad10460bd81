import { tf } from "./tf.ts";

/**
 * Runs `body`, frees the tensors it made, and gives its result: arrays and numbers, but no tensors.
 * `tf.tidy` would look for tensors in the result, number by number in an array of them.
 *
 * @example The tensors are gone, the numbers are not
 * ```ts
 * import { tidily, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const before = tf.memory().numTensors;
 * assert.deepEqual([...tidily(() => tf.square(tf.tensor([1, 2])).dataSync())], [1, 4]);
 * assert.equal(tf.memory().numTensors, before);
 * ```
 */
export function tidily<T>(body: () => T): T {
  let result!: T;
  tf.tidy(() => void (result = body()));
  return result;
}
