import type { HostData } from "../../../../tensor/mod.ts";
import type { MatrixView } from "./matrix_view.ts";
import { wholeTiles, workspace } from "./workspace.ts";

/** Fewer rows, or columns of the right-hand side, than these are solved number by number. */
const FEW_ROWS = 16, FEW_COLUMNS = 2;

/** Solves L X = B in place, column by column, for lower triangular L. */
function substitute(l: MatrixView, x: MatrixView, n: number, columns: number): void {
  const { data: a, at: from, row, column } = l, { data, at, row: down, column: across } = x;
  for (let c = 0; c < columns; c++) {
    const first = at + c * across;
    if (Math.abs(column) <= Math.abs(row)) {
      for (let i = 0; i < n; i++) {
        let rest = data[first + i * down];
        for (let k = 0; k < i; k++) rest -= a[from + i * row + k * column] * data[first + k * down];
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

/** Copies the lower triangle of a matrix into panels of four rows, with an identity behind it. */
export function packLower(to: Float64Array, at: number, length: number, l: MatrixView, n: number): void {
  const { data, at: from, row, column } = l;
  for (let i = 0; i < length; i++) {
    const target = at + 4 * length * (i >> 2) + (i & 3), tile = (i | 3) + 1, known = i < n ? i + 1 : 0;
    const start = from + i * row;
    for (let k = 0; k < known; k++) to[target + 4 * k] = data[start + k * column];
    for (let k = known; k < tile; k++) to[target + 4 * k] = k === i ? 1 : 0;
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
  const length = wholeTiles(n), panels = 4 * length, at = length * length;
  const { numbers, solve } = workspace(at + panels, isFused);
  packLower(numbers, 0, length, l, n);
  numbers.fill(0, at, at + panels);
  for (let j = 0; j < m; j += 4) {
    const width = Math.min(4, m - j);
    const part: MatrixView = { data: numbers, at, row: 4, column: 1 };
    copy({ ...b, at: b.at + j * b.column }, part, n, width);
    solve(at, 0, length, length);
    copy(part, { ...x, at: x.at + j * x.column }, n, width);
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

function copy(from: MatrixView, to: MatrixView, rows: number, columns: number): void {
  const source: HostData = from.data, target: HostData = to.data;
  for (let i = 0; i < rows; i++) {
    let p = from.at + i * from.row, q = to.at + i * to.row;
    for (let j = 0; j < columns; j++, p += from.column, q += to.column) target[q] = source[p];
  }
}
