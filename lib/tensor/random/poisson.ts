import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { largeCount } from "./util/large_count.ts";
import { fineUniform, smallCount } from "./util/small_count.ts";

/**
 * Rates below it are drawn by the probabilities of the counts, the others by a normal's quantile.
 */
const LARGE = 10;

/**
 * Draws from the Poisson distribution, of the given shape (default: that of `rate`): counts as
 * float32, which 32-bit integers would not hold beyond 2^31. They are whole numbers up to 2^24, and
 * beyond it the nearest that float32 has. Throws where a known rate is negative or not finite.
 * `jax.random.poisson`, with bits of our own.
 */
export function poisson(key: Key, rate: TensorLike, shape?: Shape): Tensor {
  const lambda = asTensor(rate);
  const full = drawShape("poisson", shape, { rate: lambda.shape });
  checkParameter(key, "poisson", "rate", lambda, "non-negative and finite", (v) => v >= 0 && v < Infinity);
  const uniform = fineUniform(key, full), small = lambda.minimum(constant(LARGE));
  const few = smallCount(uniform.upper.mul(small.exp()), () => small);
  return tf.where(lambda.less(constant(LARGE)), few, largeCount(uniform, lambda.maximum(constant(LARGE))));
}
