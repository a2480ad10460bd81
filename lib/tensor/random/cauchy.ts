import { constant } from "../constant.ts";
import type { Key } from "../key.ts";
import type { Shape, Tensor } from "../tf.ts";
import { checkShape } from "./util/checks.ts";

const EPSILON = 2 ** -23;

/** Draws float32 from the standard Cauchy distribution (default: a scalar). `jax.random.cauchy`. */
export function cauchy(key: Key, shape: Shape = []): Tensor {
  checkShape("cauchy", shape);
  const u = key.draw("uniform", shape).mul(constant(1 - EPSILON)).add(constant(EPSILON));
  return u.sub(0.5).mul(constant(Math.PI)).tan();
}
