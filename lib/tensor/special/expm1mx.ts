import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { polynomial } from "./polynomial.ts";

/** The coefficients 1 / (n + 2)! of the power series. */
const series = Array.from({ length: 12 }, (_, n) => {
  let factorial = 1;
  for (let k = 2; k <= n + 2; k++) factorial *= k;
  return 1 / factorial;
});

/** Computes exp(x) - 1 - x, which is x^2 / 2 near 0, with all its digits there. */
export function expm1mx(x: Tensor): Tensor {
  const isNear = x.abs().lessEqual(constant(0.5)), near = tf.where(isNear, x, constant(0));
  const far = tf.where(isNear, constant(0), x);
  return tf.where(isNear, near.square().mul(polynomial(near, series)), far.exp().sub(constant(1)).sub(far));
}
