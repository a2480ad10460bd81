import { constant } from "../constant.ts";
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

/** Computes the polynomial c[0] + c[1] x + c[2] x^2 + ... by Horner's rule. */
export function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  let sum = constant(coefficients[coefficients.length - 1]);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum.mul(x).add(constant(coefficients[i]));
  return sum;
}
