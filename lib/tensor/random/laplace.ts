import { constant } from "../constant.ts";
import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { NORMAL_START } from "./generator/coefficients.ts";
import { checkShape } from "./util/checks.ts";

/** Draws float32 of the standard Laplace distribution (default: a scalar). `jax.random.laplace`. */
export function laplace(key: Key, shape: Shape = []): Tensor {
  checkShape("laplace", shape);
  const u = key.draw("uniform", shape).mul(2).add(constant(NORMAL_START));
  return u.sign().mul(u.abs().neg().log1p());
}
