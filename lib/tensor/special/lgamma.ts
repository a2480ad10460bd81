import { halfLogTwoPi, lgammaAsymptotic } from "./asymptotic.ts";
import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { digamma } from "./digamma.ts";
import { polynomial } from "./polynomial.ts";
import { sinPi } from "./trigonometric_pi.ts";

// Fitted by weighted least squares at Chebyshev nodes with 40 digits; right to 2e-13 as a whole.
/** lgamma(x) / ((x - 1) (x - 2)) as a rational function of x - 1, for x from 0.5 to 3. */
const numerator = [
  0.5772156649014482,
  1.609207279525845,
  1.6712937402726902,
  0.7935832769804227,
  0.16845524608081988,
  0.012779545624771913,
  0.00011115262776079819,
  -1.3292246228121122e-06,
];
const denominator = [
  1.0,
  3.212765627844939,
  3.991219887913873,
  2.4050076544041046,
  0.7200327409371933,
  0.09718895145167934,
  0.0043046141540783334,
];

/** lgamma for x >= 0.5. Neither branch sees arguments at which it would overflow. */
function atLeastHalf(x: Tensor): Tensor {
  const isSmall = x.less(constant(3));
  const t = tf.minimum(x, constant(3)).sub(constant(1));
  const small = t.mul(t.sub(constant(1))).mul(polynomial(t, numerator)).div(polynomial(t, denominator));
  const y = tf.maximum(x, constant(3));
  const r = y.reciprocal();
  // (x - 1/2) (log x - 1), as (x - 1/2) log x - x would be Infinity - Infinity at Infinity.
  const large = y.sub(constant(0.5)).mul(y.log().sub(constant(1)))
    .add(constant(halfLogTwoPi - 0.5)).add(r.mul(polynomial(r.square(), lgammaAsymptotic)));
  return tf.where(isSmall, small, large);
}

/**
 * Computes log |gamma(x)|, for all real x: Infinity at 0 and the negative integers. Its relative
 * accuracy holds at the zeros 1 and 2 too.
 *
 * @example Factorials
 * ```ts
 * import { special, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * // gamma(5) is 4 factorial, and gamma(0.5) the root of pi.
 * const [atFive, atHalf] = special.lgamma(tf.tensor([5, 0.5])).dataSync();
 * assert(Math.abs(atFive - Math.log(24)) < 1e-6);
 * assert(Math.abs(atHalf - Math.log(Math.PI) / 2) < 1e-6);
 * ```
 */
export const lgamma: (x: Tensor) => Tensor = primitive({
  name: "lgamma",
  forward(x) {
    const reflects = x.less(constant(0.5));
    const value = atLeastHalf(tf.where(reflects, constant(1).sub(x), x));
    const sine = sinPi(tf.where(reflects, x, constant(0.5))).abs();
    // At a pole far out both logarithms are infinite.
    const reflected = constant(Math.log(Math.PI)).sub(sine.log()).sub(value);
    const finite = tf.where(sine.equal(constant(0)), constant(Infinity), reflected);
    return tf.where(reflects, finite, value);
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(digamma(x))],
});
