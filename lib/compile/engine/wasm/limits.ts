/**
 * Limits of what is written in vectors. Groups of less work than `least` stay JavaScript, in which
 * they take as long as a call out of it; a function counts as `slow` operations. So do products of
 * fewer multiplications than `product`; those of `handed` and more are ONNX Runtime's, whose
 * vectors are as wide as the machine's. From `apart` elements on, what has to be JavaScript, as
 * reads by an index, has a loop of its own. Tests set limits to 0.
 */
export const vectorLimits = { least: 256, apart: 512, slow: 8, product: 128, handed: 300_000 };

/** The side of a matrix from which ONNX Runtime is quicker. */
const LEAST_SIDE = 8;

/** Returns whether a product of m by k and k by n numbers is quicker in ONNX Runtime. */
export function isLargeProduct(m: number, n: number, k: number): boolean {
  return Math.min(m, n, k) >= LEAST_SIDE && m * n * k >= vectorLimits.handed;
}

/** Returns `isLargeProduct` as JavaScript, of lengths that are known at run time. */
export function largeProductText(m: string, n: string, k: string): string {
  return `Math.min(${m}, ${n}, ${k}) >= ${LEAST_SIDE} && ${m} * ${n} * ${k} >= ${vectorLimits.handed}`;
}

/**
 * Rows from which factorisations hand the products of their blocks over to ONNX Runtime, and
 * columns of the right-hand side where a triangle is solved with.
 */
export const largeRows = { factor: 500, gradient: 280, solve: 200, columns: 64 };
