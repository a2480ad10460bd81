import { blockOf, halfOf, solveBlocks, subtractParts } from "./tiles.ts";
import type { MatrixView } from "./matrix_view.ts";
import { packShort, unpackShort } from "./pack.ts";
import { wholeTiles, type Workspace, workspace } from "./workspace.ts";

/** Fewer rows than these are factored number by number. */
const FEW = 12;

/**
 * Rows from which products are those of float32, where the numbers are and their diagonal is at
 * least `LEAST`: smaller products would have too few digits.
 */
const MANY = 64, LEAST = 2 ** -66;

/** Tells whether a factor's products may be those of float32. */
export function isShortFactor({ data, at, row, column }: MatrixView, l: MatrixView, n: number): boolean {
  if (n < MANY || !(data instanceof Float32Array && l.data instanceof Float32Array)) return false;
  for (let i = 0; i < n; i++) if (!(data[at + i * (row + column)] >= LEAST)) return false;
  return true;
}

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

/** Takes what columns contribute off a square on the diagonal behind them, by halves. */
function takeProducts(
  work: Workspace,
  at: number,
  rows: number,
  first: number,
  inner: number,
  length: number,
): void {
  const a = at * length + 4 * first, product = { a, length, inner, stride: 4, step: 4 * length };
  if (rows <= blockOf(work)) {
    const c = at * (length + 4);
    return subtractParts(work, { ...product, rows, b: a, columns: rows, c, isTriangle: true });
  }
  const half = halfOf(rows), columns = rows - half, below = (at + half) * length;
  takeProducts(work, at, half, first, inner, length);
  subtractParts(work, { ...product, rows: half, b: below + 4 * first, columns, c: below + 4 * at });
  takeProducts(work, at + half, columns, first, inner, length);
}

/** Factors a square on the diagonal by halves. */
function factor(work: Workspace, first: number, rows: number, length: number): void {
  if (rows <= blockOf(work)) return factorRows(work, first, rows, length);
  const half = halfOf(rows), middle = first + half, step = 4 * length;
  factor(work, first, half, length);
  const below = { x: middle * length + 4 * first, count: (rows - half) >> 2, step };
  solveBlocks(work, { ...below, panels: (length + 4) * first, length, rows: half });
  takeProducts(work, middle, rows - half, first, half, length);
  factor(work, middle, rows - half, length);
}

/**
 * Computes the lower triangular L with L L^T = A in float64, by halves of the matrix, in panels of
 * four rows; of float32 numbers, in its products of `ShortTiles` off the diagonal. From the first
 * pivot that is not positive on, all columns are NaN.
 *
 * @param a the matrix, of which the lower triangle is read
 * @param l the place of the result, which has zeros above its diagonal
 * @param isFused whether products and sums may be rounded once
 */
export function cholesky(a: MatrixView, l: MatrixView, n: number, isFused: boolean): void {
  if (n < FEW) return factorFew(a, l, n);
  const length = wholeTiles(n),
    isShort = isShortFactor(a, l, n);
  const work = workspace(length * length, isFused, isShort);
  packShort(work, length, a, n);
  factor(work, 0, length, length);
  unpackShort(l, work, length, n);
}
