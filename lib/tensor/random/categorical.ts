import { asTensor } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
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
  checkParameter(
    key,
    "categorical",
    "logits",
    scores,
    "a number or minus infinity",
    (value) => value < Infinity,
  );
  return gumbel(key, [...full, categories]).add(scores).argMax(-1);
}

/** Up to this number categories are gone through without an axis of them. */
const FEW = 16;

/**
 * Draws int32 categories of the probabilities `probs` along their last axis, up to a factor, by the
 * place of one uniform among their sums: faster than `categorical`, which draws a number for each
 * category. The shape (default: that of `probs` without its last axis) does not count the
 * categories. A category of probability 0 is never drawn; others to 2^-23 of their sum. Throws
 * where `probs` is a scalar, or a known one is negative or not finite.
 *
 * @example The faces of a loaded die
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const faces = random.categoricalByProbs(random.key(0), [0, 0, 0, 0, 1, 2], [6000]);
 * const fives = faces.dataSync().filter((face) => face === 4).length;
 * assert(Math.abs(fives - 2000) < 150 && faces.min().dataSync()[0] === 4);
 * ```
 */
export function categoricalByProbs(key: Key, probs: TensorLike, shape?: Shape): Tensor {
  const p = asTensor(probs), categories = p.shape.at(-1);
  if (!categories) {
    throw new Error(
      `Cannot draw categoricalByProbs: expected probs of one or more categories, got shape [${p.shape}]`,
    );
  }
  const batch = p.shape.slice(0, -1), full = drawShape("categoricalByProbs", shape, { probs: batch });
  checkParameter(
    key,
    "categoricalByProbs",
    "probs",
    p,
    "non-negative and finite",
    (value) => value >= 0 && value < Infinity,
  );
  const uniform = key.draw("uniform", full);
  if (categories > FEW) {
    const sums = p.cumsum(batch.length), start = batch.map(() => 0);
    const place = uniform.mul(sums.slice([...start, categories - 1]).reshape(batch)).expandDims(-1);
    const isBelow = sums.slice([...start, 0], [...batch, categories - 1]).lessEqual(place);
    return isBelow.cast("float32").sum(-1).cast("int32");
  }
  const [first, ...others] = tf.unstack(p, -1) as Tensor[], sums = [first];
  for (const next of others) sums.push(sums[sums.length - 1].add(next));
  const place = uniform.mul(sums.pop()!);
  return sums.reduce<Tensor>(
    (count, sum) => count.add(sum.lessEqual(place).cast("float32")),
    tf.zerosLike(place),
  ).cast("int32");
}
