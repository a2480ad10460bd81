/**
 * The coefficients of the standard normal's quantile in float32, highest power first, as XLA
 * evaluates them (chlo's erf_inv, and XLA's log and log1p): keeping to the same polynomials and the
 * same order of operations makes the draws those of JAX on a CPU with fused multiply-add, bit for
 * bit.
 */

/** The first point of the uniform behind a normal: the float32 number after -1. */
export const NORMAL_START = -0.99999994039535522461;

/** sqrt(1/2) in float32. */
export const SQRT1_2 = 0.707106769084930419921875;

/** erfinv(x) / x as a polynomial in w - 2.5 where w = -log(1 - x^2) < 5 (Giles 2012). */
export const CENTRE = [
  2.81022636e-08,
  3.43273939e-07,
  -3.5233877e-06,
  -4.39150654e-06,
  0.00021858087,
  -0.00125372503,
  -0.00417768164,
  0.246640727,
  1.50140941,
] as const;

/** erfinv(x) / x as a polynomial in sqrt(w) - 3 where w >= 5 (Giles). */
export const TAIL = [
  -0.000200214257,
  0.000100950558,
  0.00134934322,
  -0.00367342844,
  0.00573950773,
  -0.0076224613,
  0.00943887047,
  1.00167406,
  2.83297682,
] as const;

/** log(x) by the Cephes polynomial of logf, cut in three for latency, and ln 2 in two parts. */
export const LOG = {
  polynomials: [
    [7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1],
    [-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1],
    [2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
  ],
  ln2High: 0.693359375,
  ln2Low: -2.12194440e-4,
} as const;

/** log1p(x) = x - x^2 / 2 + x^3 numerator / denominator for |x| < `below` (Cephes, log1p). */
export const LOG1P = {
  numerator: [
    4.5270000862445199635215e-5,
    4.9854102823193375972212e-1,
    6.5787325942061044846969e0,
    2.9911919328553073277375e1,
    6.0949667980987787057556e1,
    5.7112963590585538103336e1,
    2.0039553499201281259648e1,
  ],
  denominator: [
    1,
    1.5062909083469192043167e1,
    8.3047565967967209469434e1,
    2.2176239823732856465394e2,
    3.0909872225312059774938e2,
    2.1642788614495947685003e2,
    6.0118660497603843919306e1,
  ],
  below: 0.4142135679721832275390625,
} as const;
