import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { binomial } from "./binomial.ts";
import { drawShape } from "./util/checks.ts";

/**
 * Draws how often each category comes up in `count` trials, as float32 `[...shape, K]`, for the
 * probabilities along the last axis of `probs`. The shape (default: the one that `count` and
 * `probs` without its last axis broadcast to) does not count the K categories. Every count is split
 * in two by a binomial draw, log2(K) times over. `jax.random.multinomial`, with bits of our own.
 *
 * @example Throws of a die with four sides
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const counts = random.multinomial(random.key(0), 1000, [0.5, 0.25, 0.125, 0.125]);
 * assert.deepEqual([counts.shape, counts.sum().dataSync()[0]], [[4], 1000]);
 * ```
 */
export function multinomial(key: Key, count: TensorLike, probs: TensorLike, shape?: Shape): Tensor {
  const n = asTensor(count), p = asTensor(probs), categories = p.shape[p.rank - 1];
  const full = drawShape("multinomial", shape, { count: n.shape, probs: p.shape.slice(0, -1) });
  // Rows of categories, then of pairs of neighbours, and so on: the last may go up alone.
  const order = [p.rank - 1, ...p.shape.keys()].slice(0, p.rank),
    ones = Array(full.length + 1 - p.rank).fill(1);
  const levels = [p.transpose(order).reshape([categories, ...ones, ...p.shape.slice(0, -1)])];
  while (levels[0].shape[0] > 1) {
    const { left, right, last } = pairsOf(levels[0]);
    levels.unshift(tf.concat([left.add(right), last], 0));
  }
  let counts = tf.broadcastTo(n.expandDims(0), [1, ...full]) as Tensor;
  const keys = key.split(levels.length);
  levels.slice(1).forEach((row, i) => {
    const { left, right } = pairsOf(row), both = left.add(right), pairs = left.shape[0];
    const share = tf.where(both.greater(constant(0)), left.div(both), constant(0));
    const split = counts.slice(0, pairs), rest = counts.slice(pairs);
    const first = binomial(keys[i], split, share.minimum(constant(1)), split.shape);
    const parts = tf.stack([first, split.sub(first)], 1).reshape([2 * pairs, ...full]);
    counts = tf.concat([parts, rest], 0);
  });
  return counts.transpose([...full.map((_, i) => i + 1), 0]);
}

/** Returns neighbours along the first axis, and the last where it has none. */
function pairsOf(rows: Tensor): { left: Tensor; right: Tensor; last: Tensor } {
  const pairs = Math.floor(rows.shape[0] / 2), rest = rows.shape.slice(1);
  const all = rows.slice(0, 2 * pairs).reshape([pairs, 2, ...rest]);
  const [left, right] = tf.unstack(all, 1) as [Tensor, Tensor];
  return { left, right, last: rows.slice(2 * pairs) };
}
