import { halfLogTwoPi } from "../../tensor/special/asymptotic.ts";
import {
  digammaFar,
  digammaNear,
  digammaZero,
  erfcFar,
  erfNear,
  lgammaFar,
  lgammaNear,
} from "../../tensor/special/fits.ts";

// Functions of one number, as loops in JavaScript call them. Vectors of engine wasm compute them in
// the same way (engine/wasm/math).

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

const memory = new Float64Array(1), words = new Int32Array(memory.buffer);

/** log(2) in two parts: products of the first with exponents are exact. */
const LOG2 = [6.93147180369123816490e-01, 1.90821492927058770002e-10];

/** (log((1 + s) / (1 - s)) - 2 s) / s^3 as fdlibm has it, a polynomial in s^2. */
const SERIES = [
  6.666666666666735130e-01,
  3.999999999940941908e-01,
  2.857142874366239149e-01,
  2.222219843214978396e-01,
  1.818357216161805012e-01,
  1.531383769920937332e-01,
  1.479819860511658591e-01,
];

/** The rest of the last logarithm, which its first part leaves out. */
let logRest = 0;

/** The first part of log(x), for finite x from 1.5 up. */
function firstOfLog(x: number): number {
  memory[0] = x;
  const k = (words[1] - 0x3fe6a09e) >> 20;
  words[1] -= k << 20;
  const f = memory[0] - 1, s = f / (2 + f), z = s * s, half = 0.5 * f * f;
  const lost = half - (s * (half + z * polynomial(SERIES, z)) + k * LOG2[1]);
  const whole = k * LOG2[0], first = whole + f;
  logRest = whole - first + f - lost;
  return first;
}

/** x less its nearest whole number. */
const fraction = (x: number): number => x - Math.round(x);

/** log |gamma(x)|, where x is positive or 0. */
function lgammaFrom0(x: number): number {
  const isUp = x < 0.5;
  if (x < 3) {
    const t = isUp ? x + 1 : x, less1 = isUp ? x : x - 1, product = less1 * (less1 - 1);
    const rest = polynomial(lgammaNear.float64[0], t) / polynomial(lgammaNear.float64[1], t);
    const value = product * 0.5 + product * rest;
    return isUp ? value - Math.log(x) : value;
  }
  if (!(x < Infinity)) return x;
  const size = x - 0.5, r = 1 / x, less = firstOfLog(x) - 1, factor = less + logRest;
  const series = r * polynomial(lgammaFar.float64, r * r) + (halfLogTwoPi - 0.5);
  return size * factor + (size * (less - factor + logRest) + series);
}

/**
 * log |gamma(x)|: within 4e-16. Below 0, where the terms of its reflection cancel at a zero between
 * any two poles, within 4e-16 of the terms: of its own size and that of lgamma(1 - x).
 */
export function lgamma(x: number): number {
  if (!(x < 0)) return lgammaFrom0(x);
  const sine = Math.abs(Math.sin(fraction(x) * Math.PI));
  // At a pole far out both logarithms are infinite.
  return sine === 0 ? Infinity : Math.log(Math.PI) - Math.log(sine) - lgammaFrom0(1 - x);
}

/** digamma(1 + y) for y up to 2: the difference of 1 + y to the zero is rounded once. */
function digammaNear1(y: number): number {
  const [zero, more] = digammaZero, d = y - (zero - 1), t = y + 0.25;
  const rest = polynomial(digammaNear.float64[0], t) / polynomial(digammaNear.float64[1], t);
  return d + (d * rest - more * (1 + rest));
}

function digammaFrom0(x: number): number {
  if (x < 3) {
    const isUp = x < 0.8, value = digammaNear1(isUp ? x : x - 1);
    return isUp ? value - 1 / x : value;
  }
  if (!(x < Infinity)) return x;
  const r = 1 / x, first = firstOfLog(x);
  return first + (logRest - (r * 0.5 + r * r * polynomial(digammaFar.float64, r * r)));
}

/** (1 - pi r / tan(pi r)) / r^2 for |r| up to 1/4, a polynomial in r^2: off by 5e-18 / r^2. */
const COTANGENT = [
  3.2898681336964635,
  2.164646467415527,
  2.0346861254500643,
  2.0081545532234997,
  2.0019988074700565,
  2.000139472863926,
  2.008011428184789,
  1.8949589543370624,
  2.7505056887684898,
];

/** The square of pi in two parts. */
const PI_SQUARE = [9.869604401089358, 6.265295508739711e-16];

/** pi / tan(pi r) for |r| up to 1/2, by the smaller angle of the two. */
function cotangent(r: number): number {
  if (Math.abs(r) <= 0.25) return 1 / r - r * polynomial(COTANGENT, r * r);
  const rest = 0.5 - Math.abs(r), first = PI_SQUARE[0] * rest;
  const less = rest * rest * polynomial(COTANGENT, rest * rest);
  return Math.sign(r) * (first + (first * (less / (1 - less)) + PI_SQUARE[1] * rest));
}

/** The derivative of lgamma: within 4e-16; below 0 of its own size and that of digamma(1 - x). */
export function digamma(x: number): number {
  if (!(x < 0)) return digammaFrom0(x);
  return (x > -2 ? digammaNear1(-x) : digammaFrom0(1 - x)) - cotangent(fraction(x));
}

const excess = (x: number): number => x * polynomial(erfNear.float64, x * x);

/** erfc(a) for a from 0.5 up. */
function tail(a: number): number {
  if (a > 27.5) return 0;
  // The square of the upper half of its bits, and the rest of its square.
  const big = a * (2 ** 27 + 1), upper = big - (big - a), more = (a - upper) * (a + upper);
  const sum = 1 + a, u = 1 / sum;
  const rest = polynomial(erfcFar[0], u) / polynomial(erfcFar[1], u);
  // e^-more - 1, and what the sum has lost.
  const less = more * (more * 0.5 * (1 - more / 3) - 1) - (a - (sum - 1)) * u;
  const factor = 0.75 + rest, lost = 0.75 - factor + rest + factor * less;
  return Math.exp(-upper * upper) * ((factor + lost) / sum);
}

/** The error function: within 2e-16. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 1) return Math.sign(x) * (a > 6 ? 1 : 1 - tail(a));
  return x + excess(x);
}

/** 1 - erf(x): within 4e-16. */
export function erfc(x: number): number {
  if (Math.abs(x) >= 0.5) return x < 0 ? 2 - tail(-x) : tail(x);
  return 1 - x - excess(x);
}
