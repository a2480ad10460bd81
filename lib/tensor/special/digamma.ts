import { digammaAsymptotic } from "./asymptotic.ts";
import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { polygamma } from "./polygamma.ts";
import { polynomial } from "./polynomial.ts";
import { tanPi } from "./trigonometric_pi.ts";

// Fitted by weighted least squares at Chebyshev nodes with 40 digits; right to 2e-13 as a whole.
/** The positive root, as a float32 and the rest: subtracting both keeps digits next to it. */
const root = 1.4616321325302124, rootRest = 1.2438149938918909542e-8;
/** digamma(x) / (x - root) as a rational function of x - 1, for x from 0.5 to 3. */
const numerator = [
  1.2503801375034074,
  1.8682970373338275,
  0.9719008379606224,
  0.21652231905354988,
  0.01996692919936147,
  0.0005790477597778375,
  1.0717398330219498e-06,
];
const denominator = [
  1.0,
  2.177730048857391,
  1.6640731224081111,
  0.5715561941886964,
  0.09119087504330782,
  0.006097582488743106,
  0.00011982893624855518,
];

function atLeastHalf(x: Tensor): Tensor {
  const isSmall = x.less(constant(3));
  const z = tf.minimum(x, constant(3));
  const t = z.sub(constant(1));
  const small = z.sub(constant(root)).sub(constant(rootRest)).mul(polynomial(t, numerator))
    .div(polynomial(t, denominator));
  const y = tf.maximum(x, constant(3));
  const r = y.reciprocal();
  const w = r.square();
  const large = y.log().sub(r.mul(constant(0.5))).sub(w.mul(polynomial(w, digammaAsymptotic)));
  return tf.where(isSmall, small, large);
}

/**
 * Computes the derivative of lgamma, for all real x but 0 and the negative integers (where it is
 * infinite or NaN). Accurate next to its positive root too.
 */
export const digamma: (x: Tensor) => Tensor = primitive({
  name: "digamma",
  forward(x) {
    const reflects = x.less(constant(0.5));
    const value = atLeastHalf(tf.where(reflects, constant(1).sub(x), x));
    const tangent = tanPi(tf.where(reflects, x, constant(0.25)));
    return tf.where(reflects, value.sub(constant(Math.PI).div(tangent)), value);
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(polygamma(1, x))],
});
