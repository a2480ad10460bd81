import { BLOCK, halfOf, solveBlocks, subtractParts } from "./blocks.ts";
import type { MatrixView } from "./matrix_view.ts";
import { packLower, unpackLower } from "./pack.ts";
import { wholeTiles, type Workspace, workspace } from "./workspace.ts";

/** Fewer rows than these are factored number by number. */
const FEW = 12;

const few = new Float64Array(FEW * FEW);

/** Factors a matrix of few rows, by columns, in room of its own. */
function factorFew(a: MatrixView, l: MatrixView, n: number): void {
  const from = a.data, to = l.data;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) few[n * i + j] = from[a.at + i * a.row + j * a.column];
  }
  for (let c = 0; c < n; c++) {
    const pivot = few[n * c + c] = root(few[n * c + c]);
    for (let r = c + 1; r < n; r++) {
      const row = n * r, factor = few[row + c] /= pivot;
      for (let k = c + 1; k <= r; k++) few[row + k] -= factor * few[n * k + c];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) to[l.at + i * l.row + j * l.column] = j <= i ? few[n * i + j] : 0;
  }
}

/** Returns the root of a pivot's square: NaN where it is not positive. */
const root = (square: number): number => square > 0 && square < Infinity ? Math.sqrt(square) : NaN;

/** Factors the tile of 4 by 4 numbers at a place, by columns. */
function factorTile(numbers: Float64Array, at: number): void {
  for (let c = 0; c < 4; c++) {
    const column = at + 4 * c, pivot = numbers[column + c] = root(numbers[column + c]);
    for (let r = c + 1; r < 4; r++) numbers[column + r] /= pivot;
    for (let next = c + 1; next < 4; next++) {
      const factor = numbers[column + next], target = at + 4 * next;
      for (let r = next; r < 4; r++) numbers[target + r] -= numbers[column + r] * factor;
    }
  }
}

/** Factors the rows of one block, four at a time: those before them solve for all but a tile. */
function factorRows(
  { numbers, solve, subtract }: Workspace,
  first: number,
  rows: number,
  length: number,
): void {
  for (let i = first; i < first + rows; i += 4) {
    const x = i * length + 4 * first, tile = i * length + 4 * i, inner = i - first;
    if (inner > 0) {
      solve({ x, panels: (length + 4) * first, length, rows: inner });
      subtract({ a: x, rows: 4, b: x, columns: 4, length, inner, c: tile, stride: 4 });
    }
    factorTile(numbers, tile);
  }
}

/** Factors a square on the diagonal by halves. */
function factor(work: Workspace, first: number, rows: number, length: number): void {
  if (rows <= BLOCK) return factorRows(work, first, rows, length);
  const half = halfOf(rows), middle = first + half, end = first + rows, step = 4 * length;
  factor(work, first, half, length);
  const below = { x: middle * length + 4 * first, count: (rows - half) >> 2, step };
  solveBlocks(work, { ...below, panels: (length + 4) * first, length, rows: half });
  for (let i = middle; i < end; i += BLOCK) {
    // Columns of a block, of all rows from its first on.
    const a = i * length + 4 * first, c = i * length + 4 * i, size = Math.min(BLOCK, end - i);
    const product = { a, rows: size, length, inner: half, stride: 4, step };
    subtractParts(work, { ...product, b: a, columns: size, c, isTriangle: true });
    const rest = end - i - size, b = a + size * length;
    if (rest > 0) subtractParts(work, { ...product, b, columns: rest, c: c + size * length });
  }
  factor(work, middle, rows - half, length);
}

/**
 * Computes the lower triangular L with L L^T = A in float64, by halves of the matrix, in panels of
 * four rows. From the first pivot that is not positive on, all columns are NaN.
 *
 * @param a the matrix, of which the lower triangle is read
 * @param l the place of the result, which has zeros above its diagonal
 * @param isFused whether products and sums may be rounded once
 */
export function cholesky(a: MatrixView, l: MatrixView, n: number, isFused: boolean): void {
  if (n < FEW) return factorFew(a, l, n);
  const length = wholeTiles(n), work = workspace(length * length, isFused);
  packLower(work.numbers, 0, length, a, n);
  factor(work, 0, length, length);
  unpackLower(l, work.numbers, length, n);
}
