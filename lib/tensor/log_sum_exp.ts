import { asTensor } from "./constant.ts";
import { logsumexp } from "./special/logsumexp.ts";
import { type Tensor, type TensorLike, tf } from "./tf.ts";

/**
 * The library's own in place of `tf.logSumExp`, which TensorFlow.js composes of kernels so that
 * infinite terms meet in a difference: all of -Infinity, or one of Infinity, gave NaN.
 */
function logSumExp(x: TensorLike, axis?: number | number[] | null, keepDims?: boolean): Tensor {
  return tf.tidy(() => logsumexp(tf.cast(asTensor(x), "float32"), axis ?? undefined, keepDims));
}

Object.assign(tf, { logSumExp });
Object.assign(tf.Tensor.prototype, {
  logSumExp(this: Tensor, axis?: number | number[], keepDims?: boolean): Tensor {
    return logSumExp(this, axis, keepDims);
  },
});
