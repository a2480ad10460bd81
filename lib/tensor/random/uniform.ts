import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { asTensor } from "../constant.ts";
import type { Key } from "../key.ts";
import { type Shape, type Tensor, type TensorLike, tf } from "../tf.ts";
import { checkShape, drawShape } from "./util/checks.ts";
import { fillUniform } from "./generator/fill.ts";
import { fma } from "./generator/float32.ts";
import { ThreefryKey } from "./keys/key.ts";
import { sizeOf } from "../shape.ts";

/** The bounds of a uniform. */
export interface UniformOptions {
  /** The lower bound, included. Default 0. */
  min?: TensorLike;
  /** The upper bound, excluded (up to rounding). Default 1. */
  max?: TensorLike;
}

const optionNames: OptionNames<UniformOptions> = { min: true, max: true };

/**
 * Draws float32 from the uniform on [min, max), of the given shape (default: a scalar), to which
 * the bounds must broadcast. `jax.random.uniform`: its very numbers where the key is eager and the
 * bounds are numbers, since JAX scales with a fused multiply-add; otherwise up to a rounding error
 * of the size of the bounds.
 *
 * @example Draws between two bounds
 * ```ts
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const draws = random.uniform(random.key(0), [1000], { min: -2, max: 3 });
 * assert(draws.dataSync().every((x) => x >= -2 && x < 3));
 * ```
 */
export function uniform(key: Key, shape: Shape = [], options?: UniformOptions): Tensor {
  checkShape("uniform", shape);
  checkOptions("draw uniform", options, optionNames);
  const { min = 0, max = 1 } = options ?? {};
  if (min === 0 && max === 1) return key.draw("uniform", shape);
  if (key instanceof ThreefryKey && typeof min === "number" && typeof max === "number") {
    const low = Math.fround(min), span = Math.fround(Math.fround(max) - low);
    const values = new Float32Array(sizeOf(shape));
    fillUniform(key, values);
    return tf.tensor(values.map((u) => Math.max(low, fma(u, span, low))), shape, "float32");
  }
  const low = asTensor(min), high = asTensor(max);
  drawShape("uniform", shape, { min: low.shape, max: high.shape });
  return tf.maximum(key.draw("uniform", shape).mul(high.sub(low)).add(low), low);
}
