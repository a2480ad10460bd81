import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { log1p } from "../special/logarithms.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { largeCount } from "./util/large_count.ts";
import { fineUniform, smallCount } from "./util/small_count.ts";

/**
 * Means of the rarer outcome below it are drawn by the probabilities of its counts, the others by a
 * normal's quantile.
 */
const LARGE = 10;

/**
 * Draws the number of successes in `count` trials, each with the probability `probs`, as float32,
 * of the given shape (default: the one that both broadcast to). Throws where a known count is
 * negative or not whole, or a known probability lies outside [0, 1]. `jax.random.binomial`, with
 * bits of our own.
 *
 * @example Coins
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const heads = random.binomial(random.key(0), [10, 1e6], 0.5, [500, 2]);
 * const [few, many] = heads.mean(0).dataSync();
 * assert(Math.abs(few - 5) < 0.3 && Math.abs(many - 5e5) < 100);
 * ```
 */
export function binomial(key: Key, count: TensorLike, probs: TensorLike, shape?: Shape): Tensor {
  const n = asTensor(count), p = asTensor(probs);
  const full = drawShape("binomial", shape, { count: n.shape, probs: p.shape });
  checkParameter(key, "binomial", "count", n, "a whole number from 0", (v) => v >= 0 && Number.isInteger(v));
  checkParameter(key, "binomial", "probs", p, "a probability", (v) => v >= 0 && v <= 1);
  const isMirrored = p.greater(constant(0.5)), rare = tf.where(isMirrored, constant(1).sub(p), p);
  const mean = n.mul(rare), isFew = mean.less(constant(LARGE));
  const uniform = fineUniform(key, full);
  // Neither way gets parameters that it cannot take.
  const small = tf.where(isFew, rare, constant(0)), common = constant(1).sub(small), odds = small.div(common);
  const scaled = uniform.upper.mul(n.mul(log1p(small.neg()).neg()).exp());
  const few = smallCount(scaled, (count) => tf.maximum(n.sub(constant(count - 1)), constant(0)).mul(odds));
  const many = largeCount(
    uniform,
    tf.where(isFew, constant(LARGE), mean),
    tf.where(isFew, constant(2 * LARGE), n),
  );
  const drawn = tf.where(isFew, few, tf.minimum(many, n));
  return tf.where(isMirrored, n.sub(drawn), drawn);
}
