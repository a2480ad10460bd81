import { asTensor } from "../constant.ts";
import type { Key } from "../key.ts";
import type { Shape, Tensor, TensorLike } from "../tf.ts";
import { checkParameter, drawShape } from "./util/checks.ts";

/**
 * Draws bool that are true with probability `probs` (default 0.5), of a given shape (default: that
 * of `probs`). Throws where a known one lies outside [0, 1]. `jax.random.bernoulli`.
 */
export function bernoulli(key: Key, probs: TensorLike = 0.5, shape?: Shape): Tensor {
  const p = asTensor(probs);
  const full = drawShape("bernoulli", shape, { probs: p.shape });
  checkParameter(key, "bernoulli", "probs", p, "between 0 and 1", (value) => value >= 0 && value <= 1);
  return key.draw("uniform", full).less(p);
}
