// @ts-check
/**
 * Random numbers that a seed and a place decide, and nothing else: the keys of JAX, with
 * threefry2x32 (Salmon et al. 2011), as the library has them. Draws are the library's, normals up
 * to rounding.
 */

/** @typedef {readonly [hi: number, lo: number]} Key A key: two words of 32 bits. */

/** Bits that each of the rounds turns by, in two groups of four. */
const TURNS = [[13, 15, 26, 6], [17, 29, 16, 24]];

/**
 * Returns the hash of two words under a key.
 *
 * @param {Key} key
 * @param {number} first
 * @param {number} second
 * @returns {Key}
 */
export function threefry([k0, k1], first, second) {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let a = first + k0 | 0, b = second + k1 | 0;
  for (let group = 0; group < 5; group++) {
    for (const turn of TURNS[group % 2]) {
      a = a + b | 0;
      b = (b << turn | b >>> 32 - turn) ^ a;
    }
    a = a + keys[(group + 1) % 3] | 0;
    b = b + keys[(group + 2) % 3] + group + 1 | 0;
  }
  return [a >>> 0, b >>> 0];
}

/**
 * Returns the key of a seed.
 *
 * @param {number} seed an integer from 0 to 2^32 - 1
 * @returns {Key}
 */
export const keyOf = (seed) => [0, seed >>> 0];

/**
 * Returns the key of a place below a key: of a step, say.
 *
 * @param {Key} key
 * @param {number} place an integer from 0 to 2^32 - 1
 * @returns {Key}
 */
export const foldIn = (key, place) => threefry(key, 0, place);

/**
 * Returns the upper 23 bits of each of a key's words.
 *
 * @param {Key} key
 * @param {number} length
 */
function bits(key, length) {
  return Array.from({ length }, (_, i) => {
    const [hi, lo] = threefry(key, 0, i);
    return (hi ^ lo) >>> 9;
  });
}

/**
 * Returns draws from the uniform on [0, 1).
 *
 * @param {Key} key
 * @param {number} length
 * @returns {Float32Array}
 */
export const uniform = (key, length) => Float32Array.from(bits(key, length), (n) => n * 2 ** -23);

/** The inverse of erf: polynomials for the centre and for the tails (Giles 2012). */
const CENTRE = [
  2.81022636e-08,
  3.43273939e-07,
  -3.5233877e-06,
  -4.39150654e-06,
  0.00021858087,
  -0.00125372503,
  -0.00417768164,
  0.246640727,
  1.50140941,
];
const TAIL = [
  -0.000200214257,
  0.000100950558,
  0.00134934322,
  -0.00367342844,
  0.00573950773,
  -0.0076224613,
  0.00943887047,
  1.00167406,
  2.83297682,
];

/** @param {number} x from -1 to 1, without both */
function erfinv(x) {
  const w = -Math.log1p(-Math.fround(x * x)),
    [terms, at] = w < 5 ? [CENTRE, w - 2.5] : [TAIL, Math.sqrt(w) - 3];
  return x * terms.reduce((sum, term) => sum * at + term, 0);
}

/** The first point of the uniform behind a normal: the number of 32 bits after -1. */
const START = Math.fround(-1 + 2 ** -24);

/**
 * Returns draws from the standard normal.
 *
 * @param {Key} key
 * @param {number} length
 * @returns {Float32Array}
 */
export const normal = (key, length) =>
  Float32Array.from(bits(key, length), (n) => Math.SQRT2 * erfinv(Math.fround(n * 2 ** -22 + START)));
