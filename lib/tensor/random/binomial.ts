import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { countLogMass } from "./util/count_log_mass.ts";
import { firstAccepted } from "./util/first_accepted.ts";
import { TINY } from "./generator/float32.ts";

/** Means of the rarer outcome below it are drawn by the gaps between its trials. */
const LARGE = 10;

/** With a mean of 10, more successes happen once in 10^12 draws. */
const GAPS = 40;

/** At mean 10, at worst, a proposal is accepted with probability 0.7: 20 fail in 1 of 10^10. */
const PROPOSALS = 20;

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
  checkParameter("binomial", "count", n, "a whole number from 0", (v) => v >= 0 && Number.isInteger(v));
  checkParameter("binomial", "probs", p, "a probability", (v) => v >= 0 && v <= 1);
  const isMirrored = p.greater(constant(0.5)), rare = tf.where(isMirrored, constant(1).sub(p), p);
  const [kg, ku, kv] = key.split(3), proposals = [PROPOSALS, ...full];
  const mean = n.mul(rare), isFew = mean.less(constant(LARGE));
  const few = byGaps(kg.draw("uniform", [GAPS, ...full]), n, rare.minimum(constant(LARGE).div(n)));
  const u = ku.draw("uniform", proposals), v = kv.draw("uniform", proposals);
  // Where it is not asked for, rejection has parameters that it can take.
  const many = byRejection(u, v, tf.where(isFew, constant(20), n), tf.where(isFew, constant(0.5), rare));
  const drawn = tf.where(isFew, few, many);
  return tf.where(isMirrored, n.sub(drawn), drawn);
}

/** Counts the successes by the trials between them, which are geometric. */
function byGaps(u: Tensor, n: Tensor, p: Tensor): Tensor {
  const gaps = u.neg().log1p().div(p.maximum(constant(TINY)).neg().log1p()).floor().add(1);
  return gaps.cumsum(0).lessEqual(n).cast("float32").sum(0);
}

/** BTRS (Hoermann, "The generation of binomial random variates", 1993), for n p of 10 and more. */
function byRejection(uniform: Tensor, v: Tensor, n: Tensor, p: Tensor): Tensor {
  const q = constant(1).sub(p), mean = n.mul(p), spread = mean.mul(q).sqrt();
  const b = spread.mul(constant(2.53)).add(constant(1.15));
  const a = b.mul(constant(0.0248)).add(p.mul(constant(0.01))).sub(constant(0.0873));
  const alpha = constant(2.83).add(constant(5.1).div(b)).mul(spread);
  const quick = constant(0.92).sub(constant(4.2).div(b));
  const u = uniform.sub(0.5);
  const us = constant(0.5).sub(u.abs()).maximum(constant(TINY ** 0.25));
  const k = a.mul(2).div(us).add(b).mul(u).add(mean).add(0.5).floor(), within = k.maximum(0).minimum(n);
  // Two independent Poisson counts, up to their total.
  const logMass = (x: Tensor) => countLogMass(x, mean).add(countLogMass(n.sub(x), n.mul(q)));
  const mode = n.add(1).mul(p).floor();
  const hat = v.maximum(constant(TINY)).mul(alpha).log().sub(a.div(us.square()).add(b).log());
  const fits = tf.logicalAnd(us.greaterEqual(constant(0.07)), v.lessEqual(quick));
  const fails = tf.logicalOr(k.less(0), k.greater(n));
  const slow = hat.lessEqual(logMass(within).sub(logMass(mode)));
  return firstAccepted(tf.logicalAnd(tf.logicalOr(fits, slow), fails.logicalNot()), within);
}
