import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { halfLogTwoPi } from "./asymptotic.ts";
import { polynomial } from "./sums.ts";

/**
 * (x + 2) times the survival function by the density of the standard normal, as a polynomial in
 * (x - 3) / (x + 3.5), for x from -0.25 on. A Chebyshev fit, relative error below 3e-10.
 */
const ratio = [
  1.5229514937549458,
  -0.8226089378621741,
  0.38271441860843247,
  -0.06141796486873169,
  -0.04944136439712426,
  0.033402376022250505,
  -0.002042311266933509,
  -0.004918290042419513,
  0.0007446270682525141,
  0.0008554435689560046,
  -0.0001087293080768933,
  -0.00015813888596770645,
  7.90925929112299e-06,
  1.9468441423695452e-05,
];

/** The standard normal from -0.25 on. */
interface UpperTail {
  /** The hazard rate: density by survival function. */
  readonly hazard: Tensor;
  /** The logarithm of the survival function. */
  readonly logSurvival: Tensor;
}

/**
 * Returns the hazard rate of the standard normal at x of at least -0.25, and the logarithm of its
 * survival function: two divisions and a polynomial, where `inverseMills` and `logNormalCdf` take
 * all x.
 */
export function upperTail(x: Tensor): UpperTail {
  const near = tf.minimum(x, constant(1e18)), place = near.sub(constant(3)).div(near.add(constant(3.5)));
  const hazard = near.add(constant(2)).div(polynomial(place, ratio));
  return {
    hazard,
    get logSurvival() {
      return x.square().mul(constant(0.5)).add(hazard.log()).add(constant(halfLogTwoPi)).neg();
    },
  };
}
