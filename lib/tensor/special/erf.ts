import { constant } from "../constant.ts";
import { primitive } from "../primitive.ts";
import { type Tensor, tf } from "../tf.ts";
import { polynomial } from "./polynomial.ts";

// Fitted by weighted least squares at Chebyshev nodes with 40 digits; relative error below 1e-13.
/** erf(x) / x as a polynomial in x^2, for |x| < 1. */
const central = [
  1.1283791670955121,
  -0.3761263890317336,
  0.11283791670546747,
  -0.02686617058225535,
  0.00522397712690577,
  -0.0008548303867958873,
  0.00012054659329436765,
  -1.4912985907608422e-05,
  1.6307699293104151e-06,
  -1.5175860582333103e-07,
  9.403904398561004e-09,
];
/** exp(x^2) erfc(x) (1 + x) as a rational function of 1 / (1 + x), for x from 0.95 up. */
const numerator = [
  0.5641895835581916,
  0.9390408386529469,
  5.660987128464169,
  7.0551370258049175,
  14.42372236670785,
  10.39383435720796,
  5.918012107578168,
  -1.3652488063035666,
];
const denominator = [
  1.0,
  0.6644065539053879,
  8.86943164333677,
  3.8032793680429093,
  18.90935733535219,
  3.1305704397099223,
  8.142676672843288,
  -0.9296838938210203,
];

/** The same of (1 - sqrt(pi) x exp(x^2) erfc(x)) (1 + x)^2. */
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

/** erf(x) for |x| <= 1; beyond, its value at the nearer end. */
function inner(x: Tensor): Tensor {
  const z = tf.clipByValue(x, -1, 1);
  return z.mul(polynomial(z.square(), central));
}

/** exp(x^2) erfc(x) for x >= 1; below, its value at 1. */
function scaledComplement(x: Tensor): Tensor {
  const u = tf.maximum(x, constant(1)).add(constant(1)).reciprocal();
  return u.mul(polynomial(u, numerator)).div(polynomial(u, denominator));
}

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);

/**
 * Computes the error function, with a relative error of about 1e-13 in float64 and 1e-7 in float32
 * (tfjs's own has no relative accuracy).
 */
export const erf: (x: Tensor) => Tensor = primitive({
  name: "erf",
  forward(x) {
    const a = x.abs();
    const outer = constant(1).sub(a.square().neg().exp().mul(scaledComplement(a)));
    return tf.where(a.less(constant(1)), inner(x), outer.mul(x.sign()));
  },
  vjp: (cotangent, _output, x) => [cotangent.mul(x.square().neg().exp()).mul(constant(twoOverSqrtPi))],
});

/** Computes 1 - erf(x), with all its digits where erf is close to 1. */
export const erfc: (x: Tensor) => Tensor = primitive({
  name: "erfc",
  forward(x) {
    const a = x.abs();
    const tail = a.square().neg().exp().mul(scaledComplement(a));
    const outer = tf.where(x.less(constant(0)), constant(2).sub(tail), tail);
    return tf.where(a.less(constant(1)), constant(1).sub(inner(x)), outer);
  },
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
