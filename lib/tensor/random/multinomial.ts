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
  const depth = Math.ceil(Math.log2(categories)), width = 2 ** depth;
  const levels: Tensor[] = [tf.concat([p, tf.zeros([...p.shape.slice(0, -1), width - categories])], -1)];
  const halves = (row: Tensor) => {
    const pairs = row.reshape([...row.shape.slice(0, -1), row.shape[row.rank - 1] / 2, 2]);
    return tf.unstack(pairs, -1) as Tensor[];
  };
  while (levels.length < depth) {
    const [left, right] = halves(levels[0]);
    levels.unshift(left.add(right));
  }
  let counts = tf.broadcastTo(n.expandDims(-1), [...full, 1]) as Tensor;
  const keys = key.split(Math.max(1, depth));
  for (let i = 0; i < depth; i++) {
    const [left, right] = halves(levels[i]), both = left.add(right);
    const share = tf.where(both.greater(constant(0)), left.div(both), constant(0));
    const first = binomial(keys[i], counts, share.minimum(constant(1)), [...full, 2 ** i]);
    counts = (tf.stack([first, counts.sub(first)], -1) as Tensor).reshape([...full, 2 ** (i + 1)]);
  }
  return counts.slice(counts.shape.map(() => 0), [...full, categories]);
}
