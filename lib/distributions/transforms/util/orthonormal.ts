import { asTensor, type Tensor, tf } from "../../../tensor/mod.ts";

/** A square matrix, row by row. */
export type Matrix = readonly (readonly number[])[];

/** Returns the matrix as a tensor: row k holds the weights of number k of the result. */
const matrixTensor = (rows: Matrix): Tensor => asTensor(rows as number[][]);

/**
 * Returns the discrete cosine transform of n numbers, DCT-II with orthonormal rows, each times its
 * frequency (0.5 to n - 0.5) to a power; the powers' product is made 1, so that volumes stay.
 *
 * @param inverse true for the inverse of that
 */
export function cosines(n: number, smooth: number, inverse: boolean): Matrix {
  const logs = Array.from({ length: n }, (_, k) => smooth * Math.log(n === 1 ? 1 : k + 0.5));
  const middle = logs.reduce((a, b) => a + b, 0) / n;
  const entry = (k: number, i: number) =>
    Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos(Math.PI * k * (i + 0.5) / n) *
    Math.exp((inverse ? -1 : 1) * (logs[k] - middle));
  return square(n, (row, column) => inverse ? entry(column, row) : entry(row, column));
}

/**
 * Returns the discrete Haar transform of n numbers, orthonormal: sums of all, then differences of
 * halves, of quarters and so on. Of an odd number the last one waits for the next level.
 */
export function haar(n: number, inverse: boolean): Matrix {
  const unit = square(n, (i, k) => i === k ? 1 : 0), half = Math.SQRT1_2;
  const split = (rows: number[][]): number[][] => {
    if (rows.length < 2) return rows;
    const pairs = Math.floor(rows.length / 2),
      mix = (i: number, sign: number) => rows[2 * i].map((x, k) => half * (x + sign * rows[2 * i + 1][k]));
    const sums = Array.from({ length: pairs }, (_, i) => mix(i, 1));
    const differences = Array.from({ length: pairs }, (_, i) => mix(i, -1));
    return [...split([...sums, ...rows.slice(2 * pairs)]), ...differences];
  };
  const rows = split(unit);
  return inverse ? square(n, (i, k) => rows[k][i]) : rows;
}

const square = (n: number, entry: (row: number, column: number) => number): number[][] =>
  Array.from({ length: n }, (_, row) => Array.from({ length: n }, (_, column) => entry(row, column)));

/** Multiplies the numbers along an axis, counted from the right, with a matrix. */
export function along(x: Tensor, dim: number, rows: Matrix): Tensor {
  const n = rows.length, axis = x.rank + dim, inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  if (inner === 1) {
    return tf.matMul(x.reshape([-1, n]), matrixTensor(rows), false, true).reshape(x.shape);
  }
  const order = [...x.shape.keys()].toSpliced(axis, 1), forth = [...order, axis];
  const back = [...x.shape.keys()].map((place) => forth.indexOf(place)), last = x.transpose(forth);
  return tf.matMul(last.reshape([-1, n]), matrixTensor(rows), false, true).reshape(last.shape).transpose(
    back,
  );
}
