/**
 * e^x as straight-line source: x = n log(2)/32 + r, e^x = 2^(n/32) e^r, with the powers of two read
 * from tables and a polynomial for e^r. The relative error is below 3e-16. Math.exp is a call out
 * of the optimised code and takes 2 to 3 times as long (measured: 8.8 ns against 3.8 ns an
 * element).
 */

/** Names an intermediate result. Undefined for few elements, where short code is worth more. */
export type Name = ((text: string) => string) | undefined;

/** The tables that the source reads: 2^(j/32), 2^k at k + 600, and down to 0 at k + 1100. */
export const tables: Readonly<Record<string, Float64Array>> = {
  POW32: Float64Array.from({ length: 32 }, (_, j) => 2 ** (j / 32)),
  POW2: Float64Array.from({ length: 1200 }, (_, k) => 2 ** (k - 600)),
  SMALL2: Float64Array.from({ length: 1102 }, (_, k) => 2 ** (k - 1100)),
};

/** log(2) / 32 in two parts: products of the first with whole numbers below 2^16 are exact. */
const STEP = ["0.021660849390173098", "2.325192846878874e-12"];

/** (e^r - 1 - r) / r^2 for |r| up to log(2) / 64: a minimax polynomial, off by 1.3e-17 / |r|. */
const SERIES = [
  0.0013888944974961926,
  0.008333365739978811,
  0.04166666666630154,
  0.16666666666549057,
  0.5,
];

/** Returns the scale 2^(n/32) without its last factor, that factor, and e^r - 1. */
function parts(
  x: string,
  low: number,
  high: number | undefined,
  name: (text: string) => string,
): { fine: string; k: string; rest: string } {
  const above = `Math.max(${x}, ${low})`;
  const q = name(high === undefined ? above : `Math.min(${above}, ${high})`);
  // Adding and subtracting 1.5 * 2^52 rounds to a whole number.
  const m = name(`(${q} * ${32 / Math.LN2} + 6755399441055744) - 6755399441055744`), n = name(`${m} | 0`);
  const r = name(`${q} - ${m} * ${STEP[0]} - ${m} * ${STEP[1]}`);
  const series = SERIES.map(String).reduce((inner, c) => `(${c} + ${r} * ${inner})`);
  return { fine: name(`POW32[${n} & 31]`), k: name(`${n} >> 5`), rest: `(${r} + ${r} * ${r} * ${series})` };
}

/** e^x for every x. */
export function exponential(x: string, name: Name): string {
  if (!name) return `Math.exp(${x})`;
  const { fine, k, rest } = parts(x, -746, 710, name), half = name(`${k} >> 1`);
  // The power of two in two factors: neither overflows where their product does not.
  return name(`(${fine} + ${fine} * ${rest}) * POW2[${half} + 600] * POW2[${k} - ${half} + 600]`);
}

/** e^x for an x of at most 0. */
export function exponentialBelow(x: string, name: Name): string {
  if (!name) return `Math.exp(${x})`;
  const { fine, k, rest } = parts(x, -746, undefined, name);
  // Of half of it, so that the smallest number above 0 is a product of one of them.
  const half = name(`0.5 * ${fine}`);
  return name(`(${half} + ${half} * ${rest}) * SMALL2[${k} + 1101]`);
}

/** log(2) / 2 in two parts: products of the first with whole numbers below 2^20 are exact. */
const HALF_LOG2 = [0.3465735901845619, 9.541074646352939e-11];

/** (r / tanh(r) - 1) / r^2 for |r| up to log(2) / 4 (fdlibm), a polynomial in r^2. */
const COTANGENT = [
  1.66666666666666019037e-01,
  -2.77777777770155933842e-03,
  6.61375632143793436117e-05,
  -1.65339022054652515390e-06,
  4.13813679705723846039e-08,
].map((c, i) => c * 2 ** (2 * i + 1));

/**
 * tanh(x), for x = n log(2)/2 + r, of which e^2r = (h + r) / (h - r) with h = r / tanh(r): within
 * 4e-16. Whole numbers are added last, so that little is lost.
 */
export function hyperbolicTangent(x: string, name: Name): string {
  if (!name) return `Math.tanh(${x})`;
  const q = name(`Math.min(Math.max(${x}, -20), 20)`);
  const m = name(`(${q} * ${2 / Math.LN2} + 6755399441055744) - 6755399441055744`);
  const r = name(`${q} - ${m} * ${HALF_LOG2[0]} - ${m} * ${HALF_LOG2[1]}`), z = name(`${r} * ${r}`);
  // Pairs of terms do not wait for each other.
  const [a, b, c, d, e] = COTANGENT, y = name(`${z} * ${z}`);
  const series = `(${a} + ${z} * ${b} + ${y} * (${c} + ${z} * ${d} + ${y} * ${e}))`;
  const excess = name(`${z} * ${series}`), power = name(`POW2[(${m} | 0) + 600]`);
  const up = name(`${power} * (${excess} + ${r})`), down = name(`${excess} - ${r}`);
  return `((${power} - 1 + (${up} - ${down})) / (${power} + 1 + (${up} + ${down})))`;
}
