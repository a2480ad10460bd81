import { asTensor } from "../constant.ts";
import type { Key } from "../key.ts";
import type { Shape, Tensor, TensorLike } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { gumbel } from "./gumbel.ts";

/**
 * Draws int32 categories of the unnormalised log probabilities `logits` along their last axis, by
 * the Gumbel-max trick. The shape (default: that of `logits` without its last axis) does not count
 * the categories. Throws where `logits` is a scalar, NaN or Infinity. `jax.random.categorical`.
 *
 * @example Categories from log probabilities
 * ```ts
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const logits = tf.tensor([[0, -100, -100], [-100, -100, 0]]);
 * assert.deepEqual([...random.categorical(random.key(0), logits).dataSync()], [0, 2]);
 * assert.deepEqual(random.categorical(random.key(0), logits, [5, 2]).shape, [5, 2]);
 * ```
 */
export function categorical(key: Key, logits: TensorLike, shape?: Shape): Tensor {
  const scores = asTensor(logits);
  const categories = scores.shape.at(-1);
  if (!categories) {
    throw new Error(
      `Cannot draw categorical: expected logits with one or more categories, got shape [${scores.shape}]`,
    );
  }
  const full = drawShape("categorical", shape, { logits: scores.shape.slice(0, -1) });
  checkParameter("categorical", "logits", scores, "a number or minus infinity", (value) => value < Infinity);
  return gumbel(key, [...full, categories]).add(scores).argMax(-1);
}
