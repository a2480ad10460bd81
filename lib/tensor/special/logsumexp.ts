import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { broadcastShapes } from "../shape.ts";
import { type Tensor, tf } from "../tf.ts";

/**
 * Computes log(sum(exp(x))) over some axes (default: all), without overflow. Where all terms are
 * -Infinity it is -Infinity, with gradient 0 (PyTorch's and JAX's is NaN: one impossible row would
 * spoil every parameter); where one is Infinity it is Infinity, with gradient NaN there and 0 for
 * finite terms, as theirs. `tf.logSumExp` is this function too: TensorFlow.js's own is NaN in both.
 *
 * @example No overflow
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const x = tf.tensor([[1000, 1000], [-Infinity, 3]]);
 * const [large, alone] = special.logsumexp(x, -1).dataSync();
 * assert(Math.abs(large - 1000 - Math.log(2)) < 1e-4);
 * assert.equal(alone, 3);
 * ```
 */
export function logsumexp(x: Tensor, axis?: number | number[], keepDims = false): Tensor {
  const axes = (axis === undefined ? x.shape.map((_, i) => i) : typeof axis === "number" ? [axis] : axis)
    .map((a) => a < 0 ? a + x.rank : a).sort((a, b) => a - b);
  const result = over(axes)(x);
  return keepDims ? result : result.squeeze(axes);
}

const byAxes = new Map<string, (x: Tensor) => Tensor>();

/** Returns the primitive for given axes, which are kept with size 1. */
function over(axes: number[]): (x: Tensor) => Tensor {
  const key = axes.join();
  const made = byAxes.get(key);
  if (made) return made;
  const fresh = primitive({
    name: `logsumexp(${key})`,
    forward(x) {
      const { peak, terms } = shifted(x, axes);
      return terms.sum(axes, true).log().add(peak);
    },
    // By the largest: the result itself, which is as far out, has fewer digits than the ratios.
    vjp(cotangent, _output, x) {
      const { terms } = shifted(x, axes), total = terms.sum(axes, true);
      return [terms.mul(cotangent.div(tf.where(total.equal(constant(0)), constant(1), total)))];
    },
  });
  byAxes.set(key, fresh);
  return fresh;
}

/** Returns the largest element over axes, 0 where infinite, and exponentials relative to it. */
function shifted(x: Tensor, axes: number[]): { peak: Tensor; terms: Tensor } {
  // Says so to compiled functions: one that nothing but a shift depends on is cheaper.
  const attributes = { reductionIndices: axes, keepDims: true, shift: true };
  const largest = tf.engine().runKernel("Max", { x }, attributes) as Tensor;
  const peak = tf.where(largest.abs().equal(constant(Infinity)), constant(0), largest);
  return { peak, terms: x.sub(peak).exp() };
}

/** Computes log(exp(x) + exp(y)), without overflow; infinities as in `logsumexp`. */
export function logaddexp(x: Tensor, y: Tensor): Tensor {
  const shape = broadcastShapes(x.shape, y.shape);
  return logsumexp(tf.stack([tf.broadcastTo(x, shape), tf.broadcastTo(y, shape)], -1) as Tensor, -1);
}
