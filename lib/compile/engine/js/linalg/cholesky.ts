import type { MatrixView } from "./matrix_view.ts";
import { packLower } from "./triangular_solve.ts";
import { wholeTiles, workspace } from "./workspace.ts";

/** Factors the tile of 4 by 4 numbers at a place, by columns; NaN where a pivot is not positive. */
function factorTile(numbers: Float64Array, at: number): void {
  for (let c = 0; c < 4; c++) {
    const column = at + 4 * c, square = numbers[column + c];
    const pivot = numbers[column + c] = square > 0 && square < Infinity ? Math.sqrt(square) : NaN;
    for (let r = c + 1; r < 4; r++) numbers[column + r] /= pivot;
    for (let next = c + 1; next < 4; next++) {
      const factor = numbers[column + next], target = at + 4 * next;
      for (let r = next; r < 4; r++) numbers[target + r] -= numbers[column + r] * factor;
    }
  }
}

/**
 * Computes the lower triangular L with L L^T = A in float64, row after row in panels of four: those
 * before it solve for all but the last tile of a row. From the first pivot that is not positive on,
 * all columns are NaN.
 *
 * @param a the matrix, of which the lower triangle is read
 * @param l the place of the result, which has zeros above its diagonal
 * @param isFused whether products and sums may be rounded once
 */
export function cholesky(a: MatrixView, l: MatrixView, n: number, isFused: boolean): void {
  const length = wholeTiles(n), panel = 4 * length;
  const { numbers, solve, subtract } = workspace(length * length, isFused);
  packLower(numbers, 0, length, a, n);
  for (let i = 0; i < length; i += 4) {
    const row = i * length, tile = row + 4 * i;
    if (i > 0) {
      solve(row, 0, length, i);
      subtract({ c: tile, stride: 4, a: row, rows: 4, b: row, columns: 4, inner: i });
    }
    factorTile(numbers, tile);
  }
  const { data, at, row, column } = l;
  for (let i = 0; i < n; i++) {
    const from = panel * (i >> 2) + (i & 3), to = at + i * row;
    for (let k = 0; k <= i; k++) data[to + k * column] = numbers[from + 4 * k];
    for (let k = i + 1; k < n; k++) data[to + k * column] = 0;
  }
}
