import { constant } from "../constant.ts";
import type { Tensor } from "../tf.ts";

/** Computes the polynomial c[0] + c[1] x + c[2] x^2 + ... by Horner's rule. */
export function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  let sum = constant(coefficients[coefficients.length - 1]);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum.mul(x).add(constant(coefficients[i]));
  return sum;
}
