import { LOG, LOG1P, SQRT1_2 } from "./coefficients.ts";

const { fround } = Math;
const float = new Float32Array(1), word = new Uint32Array(float.buffer);

const round = (values: readonly number[]): Float32Array => Float32Array.from(values);
const numerator = round(LOG1P.numerator), denominator = round(LOG1P.denominator);
const [p0, p1, p2] = LOG.polynomials.map(round);
const ln2Low = fround(LOG.ln2Low);

/**
 * Computes a * b + c with one rounding to float32. The product of two float32 numbers is exact in
 * double precision, so only the sum is rounded twice; that this never shows is tested for each of
 * the 2^23 numbers that a normal is made from.
 */
export function fma(a: number, b: number, c: number): number {
  return fround(a * b + c);
}

/** Returns a polynomial in float32, the coefficient of the highest power first. */
export function horner(coefficients: Float32Array, x: number): number {
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum = fma(sum, x, coefficients[i]);
  return sum;
}

/** Computes log(t) in float32 as XLA computes it, for a positive normal number. */
export function log(t: number): number {
  float[0] = t;
  let exponent = (word[0] >>> 23) - 126;
  word[0] = word[0] & 0x7fffff | 0x3f000000;
  const half = float[0];
  const low = half < SQRT1_2;
  if (low) exponent--;
  const z = fround(fround(half - 1) + (low ? half : 0));
  const z2 = fround(z * z), z3 = fround(z2 * z);
  const series = fma(fma(horner(p0, z), z3, horner(p1, z)), z3, horner(p2, z));
  const rest = fround(fma(z2, -0.5, z) + fma(z3, series, fround(exponent * ln2Low)));
  return fma(exponent, LOG.ln2High, rest);
}

/** Computes log(1 + y) in float32 as XLA computes it, for y from -1 to 0. */
export function log1p(y: number): number {
  if (-y >= LOG1P.below) return log(fround(y + 1));
  const y2 = fround(y * y);
  const quotient = fround(horner(numerator, y) / horner(denominator, y));
  return fround(y + fma(y2, -0.5, fround(fround(y * y2) * quotient)));
}

/** The smallest normal float32 number: keeps a logarithm of a uniform finite. */
export const TINY = 2 ** -126;
