import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { erf } from "../special/erf.ts";
import { erfinv } from "../special/erfinv.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";
import { TINY } from "./generator/float32.ts";

/**
 * Draws float32 from the standard normal between `lower` and `upper`, of the given shape (default:
 * the one the bounds broadcast to): sqrt(2) erfinv of a uniform between the bounds' erf. Where both
 * bounds lie on one side beyond 4, float32 tells their probabilities apart only coarsely, and so
 * are the draws. Throws where known bounds are NaN or not in order. `jax.random.truncated_normal`.
 */
export function truncatedNormal(key: Key, lower: TensorLike, upper: TensorLike, shape?: Shape): Tensor {
  const low = asTensor(lower), high = asTensor(upper);
  const full = drawShape("truncatedNormal", shape, { lower: low.shape, upper: high.shape });
  checkParameter("truncatedNormal", "upper - lower", high.sub(low), "positive", (value) => value > 0);
  const root = constant(Math.SQRT1_2);
  const a = erf(low.mul(root)), b = erf(high.mul(root));
  const u = tf.maximum(key.draw("uniform", full).mul(b.sub(a)).add(a), a);
  // The outermost numbers whose erfinv is finite.
  const inside = u.maximum(constant(2 ** -24 - 1)).minimum(constant(1 - 2 ** -24));
  const draw = erfinv(inside).mul(constant(Math.SQRT2));
  return draw.maximum(low.add(step(low))).minimum(high.sub(step(high)));
}

/** Returns about the distance to the next float32 number. */
function step(bound: Tensor): Tensor {
  return tf.where(
    bound.isInf(),
    tf.zerosLike(bound),
    bound.abs().mul(constant(2 ** -23)).add(constant(TINY)),
  );
}
