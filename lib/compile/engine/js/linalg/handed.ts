import type { HostData } from "../../../../tensor/mod.ts";
import { largeRows } from "../../wasm/limits.ts";
import { BlockColumns, Blocks, copy, partOf, roomFor, transposed } from "./block_columns.ts";
import * as small from "./cholesky.ts";
import * as smallGradient from "./cholesky_gradient.ts";
import type { MatrixView } from "./matrix_view.ts";
import * as smallSolve from "./triangular_solve.ts";

/** Stands for the precision of factors: they are computed in float64. */
const DOUBLE = new Float64Array();

/** The number of a form of products: A B, A^T B and A B^T. */
const PLAIN = 0, LEFT = 1, RIGHT = 2;

/**
 * Takes the product of m by k and k by n numbers at places of arrays off those at a place of a
 * third; the rows of each lie one after the other.
 */
export type Subtract = (
  form: number,
  m: number,
  n: number,
  k: number,
  a: HostData,
  atA: number,
  b: HostData,
  atB: number,
  c: HostData,
  atC: number,
) => void;

/**
 * Solves L x = b, for L lower triangular, or upper where `isUpper`, and x of one column, if both
 * lie in the memory of vectors: L by rows where it is lower, by columns where it is upper. Returns
 * whether it has.
 */
export type SolveColumn = (
  l: MatrixView,
  b: MatrixView,
  x: MatrixView,
  n: number,
  isUpper: boolean,
) => boolean;

/** Computes a Cholesky factor: what a column of blocks contributes is taken off those behind it. */
function largeCholesky(
  a: MatrixView,
  l: MatrixView,
  n: number,
  isFused: boolean,
  subtract: Subtract,
): void {
  const w = new BlockColumns("factor", a, n, DOUBLE), { data } = w;
  for (let j = 0; j < w.count; j++) {
    const first = w.first(j), size = w.size(j), end = first + size, own = w.view(first, j);
    small.cholesky(own, own, size, isFused);
    if (end === n) break;
    const below = transposed(w.view(end, j));
    smallSolve.triangularSolve(own, below, below, size, n - end, false, isFused);
    for (let i = j + 1; i < w.count; i++) {
      const row = w.first(i), at = w.place(row, j);
      subtract(RIGHT, n - row, w.size(i), size, data, at, data, at, data, w.place(row, i));
    }
  }
  w.store(l);
}

/**
 * Solves with a triangle of many rows: what a block of rows contributes is taken off the others.
 */
function largeSolve(
  l: MatrixView,
  b: MatrixView,
  x: MatrixView,
  n: number,
  m: number,
  isUpper: boolean,
  isFused: boolean,
  subtract: Subtract,
): void {
  const blocks = new Blocks(n), part = roomFor("part", n * blocks.size(0), x.data);
  // What lies together in memory does so in the copy.
  const isAcross = l.column < l.row, form = isAcross ? PLAIN : LEFT;
  copy(b, x, n, m);
  for (let step = 0; step < blocks.count; step++) {
    const j = isUpper ? blocks.count - 1 - step : step, first = blocks.first(j), size = blocks.size(j);
    const own = partOf(x, first, 0), [from, to] = isUpper ? [0, first] : [first + size, n];
    smallSolve.triangularSolve(partOf(l, first, first), own, own, size, m, isUpper, isFused);
    if (from === to) break;
    const count = to - from, [row, column] = isAcross ? [size, 1] : [1, count];
    copy(partOf(l, from, first), { data: part, at: 0, row, column }, count, size);
    subtract(form, count, m, size, part, 0, x.data, own.at, x.data, x.at + from * m);
  }
}

/**
 * Computes the derivative by the matrix of a large factor, by blocks as `choleskyGradient` does.
 */
function largeGradient(
  l: MatrixView,
  by: MatrixView,
  a: MatrixView,
  n: number,
  isFused: boolean,
  subtract: Subtract,
): void {
  const w = new BlockColumns("factor", l, n, a.data), g = new BlockColumns("gradient", by, n, a.data);
  const doubled = roomFor("part", w.size(0) ** 2, a.data);
  for (let j = w.count - 1; j >= 0; j--) {
    const first = w.first(j), size = w.size(j), end = first + size, rest = n - end;
    const own = w.view(first, j), result = g.view(first, j), solved = g.place(end, j);
    if (rest > 0) {
      const below = transposed(g.view(end, j));
      smallSolve.triangularSolve(transposed(own), below, below, size, rest, true, isFused);
      for (let k = 0; k < j; k++) {
        const c = g.place(end, k);
        subtract(PLAIN, rest, w.size(k), size, g.data, solved, w.data, w.place(first, k), g.data, c);
      }
      subtract(LEFT, size, size, rest, g.data, solved, w.data, w.place(end, j), g.data, result.at);
    }
    smallGradient.choleskyGradient(own, result, result, size, isFused);
    // The block's own derivatives, as a symmetric matrix with its diagonal doubled.
    for (let i = 0; i < size * size; i++) doubled[i] = 2 * g.data[result.at + i];
    for (let k = 0; k < j; k++) {
      const c = g.place(first, k), columns = w.size(k);
      if (rest > 0) {
        subtract(LEFT, size, columns, rest, g.data, solved, w.data, w.place(end, k), g.data, c);
      }
      subtract(PLAIN, size, columns, size, doubled, 0, w.data, w.place(first, k), g.data, c);
    }
  }
  g.storeSymmetric(a);
}

/** Computes Cholesky factors: see `cholesky.ts`; large ones with another's products, if given. */
export function cholesky(
  a: MatrixView,
  l: MatrixView,
  n: number,
  isFused: boolean,
  subtract?: Subtract,
): void {
  if (!subtract || n < largeRows.factor) return small.cholesky(a, l, n, isFused);
  largeCholesky(a, l, n, isFused, subtract);
}

/** Computes derivatives of factors: see `cholesky_gradient.ts`. */
export function choleskyGradient(
  l: MatrixView,
  by: MatrixView,
  a: MatrixView,
  n: number,
  isFused: boolean,
  subtract?: Subtract,
): void {
  if (!subtract || n < largeRows.gradient) {
    return smallGradient.choleskyGradient(l, by, a, n, isFused);
  }
  largeGradient(l, by, a, n, isFused, subtract);
}

/** Solves with triangles: see `triangular_solve.ts`; one column with the vectors given, if any. */
export function triangularSolve(
  l: MatrixView,
  b: MatrixView,
  x: MatrixView,
  n: number,
  m: number,
  isUpper: boolean,
  isFused: boolean,
  subtract?: Subtract,
  solveColumn?: SolveColumn,
): void {
  if (m === 1 && solveColumn?.(l, b, x, n, isUpper)) return;
  const { solve, columns } = largeRows, isWhole = x.column === 1 && x.row === m;
  if (subtract && isWhole && n >= solve && m >= columns) {
    return largeSolve(l, b, x, n, m, isUpper, isFused, subtract);
  }
  smallSolve.triangularSolve(l, b, x, n, m, isUpper, isFused);
}
