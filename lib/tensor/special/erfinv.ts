import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { polynomial } from "./sums.ts";

// Fitted by weighted least squares at Chebyshev nodes with 40 digits; relative error below 2e-12.
// As in Giles, "Approximating the erfinv function" (2010), the variable is w = -log(1 - y^2).
/** erfinv(y) / y as a rational function of w - 2, for w up to 6. */
const centralNumerator = [
  1.3772152115150225,
  0.6764388513447721,
  0.16620753368713223,
  0.025490537313219794,
  0.002542484855711881,
  0.00015729789255876521,
  5.06072985668505e-06,
  4.222671777179049e-08,
];
const centralDenominator = [
  1.0,
  0.30980690520064436,
  0.06592709987381638,
  0.008223802368604033,
  0.0006727322356546833,
  3.08843191289086e-05,
  6.362464073367554e-07,
];
/** erfinv(y) / y as a rational function of sqrt(w) - 3, for w from 6 to 38. */
const tailNumerator = [
  2.8329767987250514,
  4.723074745160671,
  4.672206062315512,
  3.0647961815691427,
  1.4223664636689424,
  0.4388733856213044,
  0.0706317494932734,
  -0.0018873006777944644,
  -0.0017564103866680317,
];
const tailDenominator = [
  1.0,
  1.3136004044122314,
  1.1814284864210451,
  0.6624214638693883,
  0.26545638608496924,
  0.060655890180402676,
  0.003143225860934754,
  -0.001744211845677896,
  -3.596345103371472e-07,
];

/** Computes the inverse of the error function on [-1, 1]: infinite at the ends, NaN beyond. */
export const erfinv: (y: Tensor) => Tensor = primitive({
  name: "erfinv",
  forward(y) {
    const one = constant(1);
    const w = one.sub(y).mul(one.add(y)).log().neg();
    const t = tf.minimum(w, constant(6)).sub(constant(2));
    const s = tf.minimum(tf.maximum(w, constant(6)), constant(38)).sqrt().sub(constant(3));
    const central = polynomial(t, centralNumerator).div(polynomial(t, centralDenominator));
    const tail = polynomial(s, tailNumerator).div(polynomial(s, tailDenominator));
    const scale = tf.where(w.less(constant(6)), central, tail);
    return y.mul(tf.where(w.equal(constant(Infinity)), w, scale));
  },
  vjp: (cotangent, output) => [cotangent.mul(output.square().exp()).mul(constant(Math.sqrt(Math.PI) / 2))],
});
