import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { countLogMass } from "./util/count_log_mass.ts";
import { firstAccepted } from "./util/first_accepted.ts";
import { TINY } from "./generator/float32.ts";

/** Rates below it are drawn by counting arrivals, the others by rejection. */
const LARGE = 10;

/** Within 10 units of time, more arrivals happen once in 10^12 draws. */
const ARRIVALS = 40;

/** At rate 10, at worst, a proposal is accepted with probability 0.75: 16 fail in 1 of 10^9. */
const PROPOSALS = 16;

/**
 * Draws from the Poisson distribution, of the given shape (default: that of `rate`): counts as
 * float32, which 32-bit integers would not hold beyond 2^31. They are whole numbers up to 2^24, and
 * beyond it the nearest that float32 has. Throws where a known rate is negative or not finite.
 * `jax.random.poisson`, with bits of our own.
 */
export function poisson(key: Key, rate: TensorLike, shape?: Shape): Tensor {
  const lambda = asTensor(rate);
  const full = drawShape("poisson", shape, { rate: lambda.shape });
  checkParameter("poisson", "rate", lambda, "non-negative and finite", (v) => v >= 0 && v < Infinity);
  const [ka, ku, kv] = key.split(3), proposals = [PROPOSALS, ...full];
  const few = byArrivals(ka.draw("uniform", [ARRIVALS, ...full]), lambda.minimum(LARGE));
  const u = ku.draw("uniform", proposals), v = kv.draw("uniform", proposals);
  const many = byRejection(u, v, lambda.maximum(LARGE));
  return tf.where(lambda.less(LARGE), few, many);
}

/** Counts the sums of exponential waiting times that stay below the rate. */
function byArrivals(u: Tensor, lambda: Tensor): Tensor {
  return u.neg().log1p().neg().cumsum(0).less(lambda).cast("float32").sum(0);
}

/** PTRS (Hoermann, "The transformed rejection method for Poisson random variables", 1993). */
function byRejection(uniform: Tensor, v: Tensor, lambda: Tensor): Tensor {
  const b = lambda.sqrt().mul(constant(2.53)).add(constant(0.931));
  const a = b.mul(constant(0.02483)).sub(constant(0.059));
  const inverseAlpha = constant(1.1328).div(b.sub(constant(3.4))).add(constant(1.1239));
  const quick = constant(0.9277).sub(constant(3.6224).div(b.sub(2)));
  const u = uniform.sub(0.5);
  const us = constant(0.5).sub(u.abs()).maximum(constant(TINY ** 0.25));
  const k = a.mul(2).div(us).add(b).mul(u).add(lambda).add(constant(0.43)).floor();
  const hat = v.maximum(constant(TINY)).log().add(inverseAlpha.div(a.div(us.square()).add(b)).log());
  const fits = tf.logicalAnd(us.greaterEqual(constant(0.07)), v.lessEqual(quick));
  const fails = tf.logicalOr(k.less(0), tf.logicalAnd(us.less(constant(0.013)), v.greater(us)));
  const slow = tf.logicalAnd(fails.logicalNot(), hat.lessEqual(countLogMass(k.maximum(0), lambda)));
  return firstAccepted(tf.logicalOr(fits, slow), k.maximum(0));
}
