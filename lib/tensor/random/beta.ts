import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import type { Shape, Tensor, TensorLike } from "../tf.ts";
import { checkConcentration, drawShape } from "./util/checks.ts";
import { loggamma } from "./gamma.ts";
import { TINY } from "./generator/float32.ts";

/**
 * Draws float32 from the beta distribution, of the given shape (default: the one that
 * `concentration1` and `concentration0`, alpha and beta, broadcast to), kept off 0 and 1. Pathwise
 * derivatives with respect to both. Throws where a known concentration is not positive.
 * `jax.random.beta`, with bits of our own.
 */
export function beta(
  key: Key,
  concentration1: TensorLike,
  concentration0: TensorLike,
  shape?: Shape,
): Tensor {
  const one = asTensor(concentration1), zero = asTensor(concentration0);
  const full = drawShape("beta", shape, { concentration1: one.shape, concentration0: zero.shape });
  for (const [name, value] of Object.entries({ concentration1: one, concentration0: zero })) {
    checkConcentration(key, "beta", value, name);
  }
  const [k1, k0] = key.split(2);
  const draw = loggamma(k1, one, full).sub(loggamma(k0, zero, full)).sigmoid();
  return draw.maximum(constant(TINY)).minimum(constant(1 - 2 ** -24));
}
