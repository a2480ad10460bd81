import { constant } from "../constant.ts";
import type { Tensor } from "../tf.ts";
import { lgamma } from "./lgamma.ts";

/** Computes the logarithm of the multivariate gamma function of order n at x > (n - 1) / 2. */
export function multigammaln(x: Tensor, n: number): Tensor {
  let sum = constant(n * (n - 1) / 4 * Math.log(Math.PI));
  for (let i = 0; i < n; i++) sum = sum.add(lgamma(x.sub(constant(i / 2))));
  return sum;
}
