/**
 * Logarithms as straight-line source, of numbers near 1 by their excess r over it: the factor that
 * brings a number there is read from a table by its first binary digits, with the factor's
 * logarithm, and log(1 + r) is a polynomial. Math.log and Math.log1p are calls out of the optimised
 * code (measured: 8.9 and 10.9 ns an element against 4.0 and 2.8 ns).
 */
import { exponentialBelow, type Name } from "./exponential.ts";

/** The intervals of a table; a factor has so few binary digits that products of it are exact. */
const INTERVALS = 128, DIGITS = 2 ** 25;

/** The first interval, of numbers between 1 and 2, that is brought near 1 from half as much. */
const HALVED = 53;

/** A number near 1, whose product with the middle of interval `j`, of `scale`, is near 1. */
function factor(j: number, scale: number): number {
  return Math.round(DIGITS / ((1 + (j + 0.5) / INTERVALS) * scale)) / DIGITS;
}

const ofHalves = Float64Array.from({ length: INTERVALS }, (_, j) => {
  // Next to 1 the excess itself has all digits.
  return j === 0 || j === INTERVALS - 1 ? 1 : factor(j, j < HALVED ? 1 : 0.5);
});
const ofSums = Float64Array.from({ length: INTERVALS + 1 }, (_, j) => j === 0 ? 1 : factor(j, 1));
const minusLog = (factors: Float64Array): Float64Array => factors.map((factor) => -Math.log(factor));
const memory = new Float64Array(1);

/**
 * The tables that the source reads: the factors and minus their logarithms, for numbers between
 * 0.707 and 1.414 and for those between 1 and 2; the powers of two that bring a number there, by
 * the exponent in its memory; one number's memory, as itself and as two words, the lower first.
 */
export const tables: Readonly<Record<string, Float64Array | Int32Array>> = {
  NEAR1: ofHalves,
  LOGS1: minusLog(ofHalves),
  NEAR2: ofSums,
  LOGS2: minusLog(ofSums),
  SCALE: Float64Array.from({ length: 2048 }, (_, exponent) => 2 ** (1023 - exponent)),
  NUMBER: memory,
  WORDS: new Int32Array(memory.buffer),
};

/** log(1 + r) for an r below 1/128. */
function near1(r: string): string {
  const series = [6, 5, 4, 3, 2].reduce((inner, n) => `(${1 / n} - ${r} * ${inner})`, `${1 / 7}`);
  return `(${r} - ${r} * ${r} * ${series})`;
}

/** log(x) for every x. The relative error is below 3e-16. */
export function logarithm(x: string, name: Name): string {
  if (!name) return `Math.log(${x})`;
  const high = name(`(NUMBER[0] = ${x}, WORDS[1])`);
  // The exponent, one more for numbers that are halved.
  const exponent = name(`(${high} + ${(INTERVALS - HALVED) << 13}) >>> 20 & 2047`);
  const j = name(`(${high} >> 13) & ${INTERVALS - 1}`), f = name(`NEAR1[${j}]`);
  // In two parts, whose products with the factor are exact.
  const z = name(`${x} * SCALE[${exponent}]`), big = name(`${z} * ${2 ** 27 + 1}`);
  const front = name(`${big} - (${big} - ${z})`);
  const r = name(`(${front} * ${f} - 1) + (${z} - ${front}) * ${f}`);
  // Negative numbers, infinities, NaN and numbers below the normal ones are the function's.
  const isUsual = `(${high} - ${0x00100000}) >>> 0 < ${0x7fe00000}`;
  const found = `(${exponent} - 1023) * ${Math.LN2} + (LOGS1[${j}] + ${near1(r)})`;
  return name(`${isUsual} ? ${found} : Math.log(${x})`);
}

/** The parts of functions of e^-|x|: itself, and 1 more. */
function ofMinusAbs(x: string, name: Name): { small: string; sum: string } {
  const small = exponentialBelow(`-Math.abs(${x})`, name), sum = `(1 + ${small})`;
  return { small, sum: name ? name(sum) : sum };
}

/** log(1 + e^x) as max(x, 0) + log(1 + e^-|x|). The relative error is below 4e-16. */
export function softplus(x: string, name: Name): string {
  const { small } = ofMinusAbs(x, name);
  if (!name) return `(Math.max(${x}, 0) + Math.log1p(${small}))`;
  const j = name(`${small} * ${INTERVALS} | 0`), f = name(`NEAR2[${j}]`);
  const r = name(`${small} * ${f} + (${f} - 1)`);
  return `(Math.max(${x}, 0) + (LOGS2[${j}] + ${near1(r)}))`;
}

/** 1 / (1 + e^-x), within 4e-16, which shares its exponential with the softplus of x. */
export function sigmoid(x: string, name: Name): string {
  if (!name) return `(1 / (1 + Math.exp(-${x})))`;
  const { small, sum } = ofMinusAbs(x, name);
  return `((${x} >= 0 ? 1 : ${small}) / ${sum})`;
}
