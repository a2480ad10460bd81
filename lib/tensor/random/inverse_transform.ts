import { constant } from "../constant.ts";
import type { Key } from "../key.ts";
import { sizeOf } from "../shape.ts";
import { type Shape, type Tensor, tf } from "../tf.ts";
import { NORMAL_START } from "./generator/coefficients.ts";
import { fillUniform } from "./generator/fill.ts";
import { log, TINY } from "./generator/float32.ts";
import { ThreefryKey } from "./keys/key.ts";
import { checkShape } from "./util/checks.ts";

/** Draws float32 of the exponential distribution (default: a scalar). `jax.random.exponential`. */
export function exponential(key: Key, shape: Shape = []): Tensor {
  checkShape("exponential", shape);
  return key.draw("uniform", shape).neg().log1p().neg();
}

/** Draws float32 of the standard Laplace distribution (default: a scalar). `jax.random.laplace`. */
export function laplace(key: Key, shape: Shape = []): Tensor {
  checkShape("laplace", shape);
  const u = key.draw("uniform", shape).mul(2).add(constant(NORMAL_START));
  return u.sign().mul(u.abs().neg().log1p());
}

const EPSILON = 2 ** -23;

/** Draws float32 from the standard Cauchy distribution (default: a scalar). `jax.random.cauchy`. */
export function cauchy(key: Key, shape: Shape = []): Tensor {
  checkShape("cauchy", shape);
  const u = key.draw("uniform", shape).mul(constant(1 - EPSILON)).add(constant(EPSILON));
  return u.sub(0.5).mul(constant(Math.PI)).tan();
}

/**
 * Draws float32 from the standard Gumbel distribution, of the given shape (default: a scalar).
 * `jax.random.gumbel`: its very numbers where the key is eager; a graph's own logarithm, taken
 * twice, magnifies what its last digit differs by.
 */
export function gumbel(key: Key, shape: Shape = []): Tensor {
  checkShape("gumbel", shape);
  if (key instanceof ThreefryKey) {
    const values = new Float32Array(sizeOf(shape));
    fillUniform(key, values);
    return tf.tensor(values.map((u) => -log(-log(Math.max(u, TINY)))), shape, "float32");
  }
  return tf.maximum(key.draw("uniform", shape), constant(TINY)).log().neg().log().neg();
}
