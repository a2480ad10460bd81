import type { Shape, Tensor } from "../tf.ts";

/** Sums a cotangent over the axes along which an input of this shape was repeated. */
export function sumToShape(tensor: Tensor, shape: Shape): Tensor {
  const extra = tensor.rank - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < tensor.rank; axis++) {
    if (axis < extra || (shape[axis - extra] === 1 && tensor.shape[axis] !== 1)) axes.push(axis);
  }
  if (axes.length === 0) return tensor;
  const summed = tensor.sum(axes);
  return summed.rank === shape.length ? summed : summed.reshape(shape);
}
