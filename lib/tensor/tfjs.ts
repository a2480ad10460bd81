/**
 * TensorFlow.js with what has to differ. The umbrella package is imported on purpose: core plus a backend alone has no
 * chained methods and no gradients.
 *
 * @module
 */
import { fill, type Tensor } from "@tensorflow/tfjs";

export * from "@tensorflow/tfjs";

/** Zeros of a shape. Unlike tfjs's own they are never written out in memory, so the shape may be symbolic in a trace. */
export function zeros(shape: number[], dtype: "float32" | "int32" | "bool" = "float32"): Tensor {
  return fill(shape, 0, dtype);
}

/** Ones of a shape, as `zeros`. */
export function ones(shape: number[], dtype: "float32" | "int32" | "bool" = "float32"): Tensor {
  return fill(shape, 1, dtype);
}
