import { asTensor, constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkConcentration, drawShape } from "./util/checks.ts";
import { loggamma } from "./gamma.ts";
import { TINY } from "./generator/float32.ts";

/**
 * Draws float32 from the Dirichlet distribution with the concentrations along the last axis: the
 * result is [...shape, K], where the shape (default: that of `concentration` without its last axis)
 * does not count the K parts. Normalised in log space, so that small concentrations give no NaN; no
 * part is 0. Pathwise derivatives. Throws where `concentration` is a scalar or a known one is not
 * positive. `jax.random.dirichlet`, with bits of our own.
 */
export function dirichlet(key: Key, concentration: TensorLike, shape?: Shape): Tensor {
  const alpha = asTensor(concentration);
  if (alpha.rank === 0) {
    throw new Error("Cannot draw dirichlet: expected concentration with an axis, got a scalar");
  }
  const full = drawShape("dirichlet", shape, { concentration: alpha.shape.slice(0, -1) });
  checkConcentration(key, "dirichlet", alpha);
  const parts = loggamma(key, alpha, [...full, alpha.shape[alpha.rank - 1]]);
  return tf.logSoftmax(parts).exp().maximum(constant(TINY));
}
