import { copy } from "./block_columns.ts";
import { solveBlocks } from "./blocks.ts";
import type { MatrixView } from "./matrix_view.ts";
import { packColumns, packLower, unpackColumns } from "./pack.ts";
import { wholeTiles, workspace } from "./workspace.ts";

/** Fewer rows, or columns of the right-hand side, than these are solved number by number. */
const FEW_ROWS = 16, FEW_COLUMNS = 2;

/** Rows from which four sums side by side pay. */
const MANY_ROWS = 64;

/** Columns of the right-hand side that are solved at a time: the rest of the cache is for L. */
const COLUMNS = 128;

/** Takes what the numbers before row i contribute off four, four sums beside each other. */
function takeKnown(l: MatrixView, x: MatrixView, i: number, first: number): void {
  const { data: a, row, column } = l, { data, row: down } = x, own = first + i * down;
  let [s, t, u, v] = [0, 1, 2, 3].map((r) => data[own + r * down]);
  for (let k = 0, at = l.at + i * row, from = first; k < i; k++, at += column, from += down) {
    const known = data[from];
    s -= a[at] * known;
    t -= a[at + row] * known;
    u -= a[at + 2 * row] * known;
    v -= a[at + 3 * row] * known;
  }
  [s, t, u, v].forEach((rest, r) => data[own + r * down] = rest);
}

/** Solves L X = B in place, column by column, for lower triangular L. */
function substitute(l: MatrixView, x: MatrixView, n: number, columns: number): void {
  const { data: a, at: from, row, column } = l,
    { data, at, row: down, column: across } = x,
    whole = n < MANY_ROWS ? 0 : n & ~3;
  for (let c = 0; c < columns; c++) {
    const first = at + c * across;
    if (Math.abs(column) <= Math.abs(row)) {
      for (let i = 0; i < n; i++) {
        if (i < whole && i % 4 === 0) takeKnown(l, x, i, first);
        let rest = data[first + i * down];
        for (let k = i < whole ? i & ~3 : 0; k < i; k++) {
          rest -= a[from + i * row + k * column] * data[first + k * down];
        }
        data[first + i * down] = rest / a[from + i * (row + column)];
      }
      continue;
    }
    // Columns lie together in memory: each is taken off all that is left.
    for (let k = 0; k < n; k++) {
      const known = data[first + k * down] /= a[from + k * (row + column)];
      for (let i = k + 1; i < n; i++) data[first + i * down] -= a[from + i * row + k * column] * known;
    }
  }
}

/**
 * Solves L X = B, for L lower triangular, or upper where `isUpper`, of n rows, and B of n rows and
 * m columns, in float64.
 *
 * @param x the place of the result, which shares no memory with the others
 * @param isFused whether products and sums may be rounded once
 */
export function triangularSolve(
  l: MatrixView,
  b: MatrixView,
  x: MatrixView,
  n: number,
  m: number,
  isUpper: boolean,
  isFused: boolean,
): void {
  if (isUpper) return triangularSolve(turned(l, n, true), turned(b, n), turned(x, n), n, m, false, isFused);
  if (n < FEW_ROWS || m < FEW_COLUMNS) {
    const isSingle = x.data instanceof Float32Array;
    // Float32 arrays would round what is still being summed up.
    const own: MatrixView = isSingle ? { data: new Float64Array(n * m), at: 0, row: m, column: 1 } : x;
    copy(b, own, n, m);
    substitute(l, own, n, m);
    if (isSingle) copy(own, x, n, m);
    return;
  }
  const length = wholeTiles(n),
    at = length * length,
    step = 4 * length,
    most = Math.min(COLUMNS, wholeTiles(m));
  const work = workspace(at + most * length, isFused), { numbers } = work;
  packLower(numbers, 0, length, l, n);
  for (let j = 0; j < m; j += most) {
    const columns = Math.min(most, m - j), count = (columns + 3) >> 2;
    numbers.fill(0, at, at + count * step);
    packColumns(numbers, at, length, { ...b, at: b.at + j * b.column }, n, columns);
    solveBlocks(work, { x: at, count, step, panels: 0, length, rows: length });
    unpackColumns({ ...x, at: x.at + j * x.column }, numbers, at, length, n, columns);
  }
}

/** Returns a matrix with its rows in reverse order, and its columns likewise where wanted. */
function turned({ data, at, row, column }: MatrixView, n: number, isSquare = false): MatrixView {
  return {
    data,
    at: at + (n - 1) * (isSquare ? row + column : row),
    row: -row,
    column: isSquare ? -column : column,
  };
}
