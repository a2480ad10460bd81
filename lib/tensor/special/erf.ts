import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { composedErf, composedErfc, elementary } from "./composed.ts";
import { polynomial } from "./sums.ts";

/**
 * (1 - sqrt(pi) x exp(x^2) erfc(x)) (1 + x)^2 as a rational function of 1 / (1 + x), for x from
 * 0.95 up: weighted least squares at Chebyshev nodes with 40 digits, relative error below 1e-13.
 */
const excessNumerator = [
  0.4999999999999948,
  1.6424950691764237,
  9.787563024127408,
  23.073753821072337,
  57.84741989720583,
  85.25728300012815,
  96.98869019094396,
  53.151419548174935,
  -5.7336540998461505,
];
const excessDenominator = [
  1.0,
  1.2849901383356621,
  15.505145776163959,
  15.209730411031076,
  70.83766554388235,
  46.565334500863514,
  103.73520354114552,
  33.90107897601594,
  34.47600118849284,
];

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);

/**
 * Computes the error function, with a relative error of 2e-16 in float64, and of 1e-7 in float32
 * (tfjs's own has no relative accuracy).
 */
export const erf: (x: Tensor) => Tensor = primitive({
  name: "erf",
  forward: (x) => elementary("Erf", x, composedErf),
  vjp: (cotangent, _output, x) => [cotangent.mul(x.square().neg().exp()).mul(constant(twoOverSqrtPi))],
});

/** Computes 1 - erf(x), with all its digits where erf is close to 1: within 4e-16 in float64. */
export const erfc: (x: Tensor) => Tensor = primitive({
  name: "erfc",
  forward: (x) => elementary("Erfc", x, composedErfc),
  vjp: (cotangent, _output, x) => [cotangent.mul(x.square().neg().exp()).mul(constant(-twoOverSqrtPi))],
});

/** Passes a cotangent on for x >= 1, where the functions below hold. */
const from1 = (cotangent: Tensor, x: Tensor, slope: Tensor): [Tensor] => [
  cotangent.mul(tf.where(x.greaterEqual(constant(1)), slope, constant(0))),
];

/**
 * Computes exp(x^2) erfc(x) for x >= 1, which does not underflow, for logarithms of tails: also far
 * out, where the fit above has an error of 2e-11.
 */
export const erfcxAbove1: (x: Tensor) => Tensor = primitive({
  name: "erfcxAbove1",
  forward(x) {
    const above = tf.maximum(x, constant(1));
    return constant(1 / Math.sqrt(Math.PI)).mul(constant(1).sub(erfcxExcess(above))).div(above);
  },
  vjp: (cotangent, _output, x) => from1(cotangent, x, erfcxExcess(x).mul(constant(-twoOverSqrtPi))),
});

/**
 * Computes 1 - sqrt(pi) x exp(x^2) erfc(x) for x >= 1, by which derivatives of tails differ from
 * their leading terms: near 1 / (2 x^2) for large x.
 */
export const erfcxExcess: (x: Tensor) => Tensor = primitive({
  name: "erfcxExcess",
  forward(x) {
    const u = tf.maximum(x, constant(1)).add(constant(1)).reciprocal();
    return u.square().mul(polynomial(u, excessNumerator)).div(polynomial(u, excessDenominator));
  },
  vjp: (cotangent, output, x) =>
    from1(cotangent, x, x.mul(output).mul(constant(2)).sub(erfcxAbove1(x).mul(constant(Math.sqrt(Math.PI))))),
});
