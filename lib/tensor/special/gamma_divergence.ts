import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { ratioDivergence } from "./log1pmx.ts";

/** The terms of Stirling's series of `lgammaCorrection`, at 1 / x, 1 / x^3 ... */
const stirling = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];

/** The series holds from here on; below, the recurrence leads up by as many steps. */
const LARGE = 8;

/**
 * Computes R(b) - R(a) - (b - a) R'(a) for R = `lgammaCorrection` and positive a and b: what is
 * left of the divergence of gamma-like families with these concentrations beside logarithms, to all
 * digits where a and b are close, and never negative.
 *
 * @param difference b - a, as exactly as the caller knows it
 */
export function lgammaCorrectionDivergence(difference: Tensor, b: Tensor, a: Tensor): Tensor {
  const large = constant(LARGE);
  const isLarge = a.greaterEqual(large).logicalAnd(b.greaterEqual(large));
  const steps = tf.tensor1d(Array.from({ length: LARGE }, (_, k) => k));
  const up = (x: Tensor) => x.expandDims(-1).add(steps);
  // Of lgamma(x) = lgamma(x + 8) - log x - log(x + 1) ... the whole divergence, then less that of
  // all but R.
  const climbed = ratioDivergence(difference.expandDims(-1), up(b), up(a)).sum(-1)
    .add(besideCorrection(difference, b.add(large), a.add(large))).sub(besideCorrection(difference, b, a));
  const far = (x: Tensor) => tf.where(isLarge, x, x.add(large));
  return bySeries(difference, far(b), far(a)).add(tf.where(isLarge, constant(0), climbed));
}

/** The divergence of (x - 1/2) log x - x, in the same sense. */
function besideCorrection(difference: Tensor, b: Tensor, a: Tensor): Tensor {
  return b.mul(ratioDivergence(difference.neg(), a, b))
    .add(ratioDivergence(difference, b, a).mul(constant(0.5)));
}

/**
 * The divergence of x^-n is (b - a)^2 / (a b) times the sum of m a^-m b^-(n - m) for m from 1 to n:
 * all terms are positive.
 */
function bySeries(difference: Tensor, b: Tensor, a: Tensor): Tensor {
  const r = a.reciprocal(), s = b.reciprocal();
  let power = r, sum = r, total = sum.mul(constant(stirling[0]));
  for (let n = 2; n < 2 * stirling.length; n++) {
    power = power.mul(r);
    sum = sum.mul(s).add(power.mul(constant(n)));
    if (n % 2 === 1) total = total.add(sum.mul(constant(stirling[(n - 1) / 2])));
  }
  return difference.mul(r).mul(difference.mul(s)).mul(total);
}
