import { constant } from "../constant.ts";
import type { Tensor } from "../tf.ts";
import { digammaCorrection, lgammaCorrection } from "./gamma_correction.ts";
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
  return meanNormaliser(a).add(a.mul(a.div(a.sum(-1, true)).log()).sum(-1));
}

/**
 * Computes the logarithm of the multivariate beta function less that of the product of mean^a, for
 * the mean a / sum(a) of the Dirichlet distribution (last axis): the part without large terms.
 */
export function meanNormaliser(a: Tensor): Tensor {
  const count = a.shape[a.rank - 1], total = a.sum(-1, true);
  const terms = lgammaCorrection(a).sub(a.div(total).log().mul(constant(0.5))).sum(-1);
  const sum = total.squeeze([-1]);
  return terms.sub(lgammaCorrection(sum)).sub(sum.log().mul(constant((count - 1) / 2)))
    .add(constant((count - 1) * halfLogTwoPi));
}

/**
 * Computes the entropy of the Dirichlet distribution with concentrations `a` (last axis), by
 * Stirling's formula and its corrections: the terms of the textbook's form cancel where they are
 * large.
 */
export function dirichletEntropy(a: Tensor): Tensor {
  const count = a.shape[a.rank - 1], half = constant(0.5), one = constant(1);
  const total = a.sum(-1, true), n = total.squeeze([-1]);
  const parts = lgammaCorrection(a).add(a.div(total).log().mul(half)).sub(half.div(a))
    .sub(a.sub(one).mul(digammaCorrection(a))).sum(-1);
  const rest = n.sub(constant(count)).mul(digammaCorrection(n)).add(constant(count / 2).div(n));
  return parts.sub(lgammaCorrection(n)).add(rest).sub(n.log().mul(constant((count - 1) / 2)))
    .add(constant((count - 1) * (0.5 + halfLogTwoPi)));
}
