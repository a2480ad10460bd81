import { constant } from "../constant.ts";
import type { Tensor } from "../tf.ts";
import { lgammaCorrection } from "./gamma_correction.ts";
import { log1p } from "./logarithms.ts";
import { halfLogTwoPi } from "./asymptotic.ts";

/**
 * Computes log B(a, b), the logarithm of the beta function, for positive a and b that broadcast: by
 * Stirling's formula and its corrections, so that it keeps its digits for large arguments.
 */
export function betaln(a: Tensor, b: Tensor): Tensor {
  const half = constant(0.5);
  const logA = log1p(b.div(a)).neg(), logB = log1p(a.div(b)).neg();
  return lgammaCorrection(a).add(lgammaCorrection(b)).sub(lgammaCorrection(a.add(b)))
    .add(a.sub(half).mul(logA)).add(b.mul(logB)).sub(b.log().mul(half)).add(constant(halfLogTwoPi));
}

/** Computes log of the multivariate beta function (last axis): sum lgamma(a) - lgamma(sum a). */
export function multivariateBetaln(a: Tensor): Tensor {
  const count = a.shape[a.rank - 1];
  const total = a.sum(-1, true);
  const terms = lgammaCorrection(a).add(a.sub(constant(0.5)).mul(a.div(total).log())).sum(-1);
  const sum = total.squeeze([-1]);
  return terms.sub(lgammaCorrection(sum)).sub(sum.log().mul(constant((count - 1) / 2)))
    .add(constant((count - 1) * halfLogTwoPi));
}
