import { sameShape, type Shape, type Tensor, tf } from "../tensor/mod.ts";

/** The tensor broadcast to a shape; the tensor itself where it has that shape already. */
export function broadcastTo(tensor: Tensor, shape: Shape): Tensor {
  return sameShape(tensor.shape, shape) ? tensor : tf.broadcastTo(tensor, shape);
}

/** The sum over the `count` rightmost axes, as Pyro's `sum_rightmost`. */
export function sumRightmost(tensor: Tensor, count: number): Tensor {
  if (count === 0) return tensor;
  return tensor.sum(Array.from({ length: count }, (_, i) => i - count));
}

/** The tensor as float32; itself where it is that already. */
export function asFloat(tensor: Tensor): Tensor {
  return tensor.dtype === "float32" ? tensor : tensor.cast("float32");
}
