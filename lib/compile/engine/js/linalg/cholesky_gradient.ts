import type { MatrixView } from "./matrix_view.ts";
import { wholeTiles, type Workspace, workspace } from "./workspace.ts";

/** Rows of a block: what lies within one takes a fraction of the time of the products. */
const BLOCK = 12;

/** A square in the workspace: the place of an element is `at` + i * `stride` + j. */
interface Square {
  readonly at: number;
  readonly stride: number;
}

/**
 * Writes panels of four columns: element k of column c lies at `from` + k * down + c * across.
 *
 * @param room the elements that each panel has room for
 */
function packColumns(
  numbers: Float64Array,
  to: number,
  from: number,
  [down, across]: readonly [number, number],
  length: number,
  columns: number,
  room: number = length,
): void {
  for (let j = 0; j < columns; j += 4) {
    let target = to + j * room, source = from + j * across;
    for (let k = 0; k < length; k++, target += 4, source += down) {
      numbers[target] = numbers[source];
      numbers[target + 1] = numbers[source + across];
      numbers[target + 2] = numbers[source + 2 * across];
      numbers[target + 3] = numbers[source + 3 * across];
    }
  }
}

/** Murray's algorithm on one block, column by column: the derivatives by L become those by A. */
function withinBlock(numbers: Float64Array, l: Square, g: Square, first: number, size: number): void {
  for (let j = first + size - 1; j >= first; j--) {
    const pivot = numbers[l.at + j * l.stride + j];
    let own = numbers[g.at + j * g.stride + j];
    for (let i = j + 1; i < first + size; i++) {
      const other = numbers[g.at + i * g.stride + j];
      own -= numbers[l.at + i * l.stride + j] * other / pivot;
      numbers[g.at + i * g.stride + j] = other / pivot;
    }
    own /= pivot;
    for (let k = first; k < j; k++) {
      const above = numbers[l.at + j * l.stride + k];
      let row = numbers[g.at + j * g.stride + k] - own * above;
      for (let i = j + 1; i < first + size; i++) {
        const below = numbers[g.at + i * g.stride + j];
        row -= below * numbers[l.at + i * l.stride + k];
        numbers[g.at + i * g.stride + k] -= below * above;
      }
      numbers[g.at + j * g.stride + k] = row;
    }
    numbers[g.at + j * g.stride + j] = own / 2;
  }
}

/**
 * Takes one block of columns, from `first` on: those behind it are done.
 *
 * @param panels the place of L in panels of four columns
 */
function step(
  w: Workspace,
  l: Square,
  g: Square,
  free: number,
  panels: number,
  n: number,
  first: number,
  size: number,
): void {
  const { numbers } = w, end = first + size, below = n - end;
  const place = (of: Square, i: number, j: number) => of.at + i * of.stride + j;
  const diagonal = free, columns = diagonal + size * size, rows = columns + size * n;
  const left = rows + size * n;
  // The rows of L before the block, from the last to the first, as the solutions below are.
  packColumns(numbers, left, place(l, end - 1, 0), [-l.stride, 1], size, first);
  if (below > 0) {
    // X L = G for the rows below: with both axes reversed, a lower triangle solves for columns.
    for (let i = 0; i < size; i++) {
      const target = diagonal + 4 * size * (i >> 2) + (i & 3);
      for (let k = 0; k <= i; k++) numbers[target + 4 * k] = numbers[place(l, end - 1 - k, end - 1 - i)];
    }
    packColumns(numbers, columns, place(g, end, end - 1), [-1, g.stride], size, below);
    w.solve({ x: columns, count: below >> 2, step: 4 * size, panels: diagonal, length: size, rows: size });
    for (let i = 0; i < below; i++) {
      const from = columns + 4 * size * (i >> 2) + (i & 3);
      for (let k = 0; k < size; k++) numbers[place(g, end + i, end - 1 - k)] = numbers[from + 4 * k];
    }
    const product = { stride: g.stride, rows: below, columns: first, inner: size };
    w.subtract({ ...product, c: place(g, end, 0), a: columns, b: left });
    packColumns(numbers, rows, place(g, end, first), [g.stride, 1], below, size, n);
    const inner = { stride: g.stride, rows: size, inner: below, length: n, a: rows };
    w.subtract({ ...inner, b: panels + first * n + 4 * end, c: place(g, first, first), columns: size });
  }
  withinBlock(numbers, l, g, first, size);
  if (first === 0) return;
  if (below > 0) {
    w.subtract({
      ...{ c: place(g, first, 0), stride: g.stride, rows: size, columns: first, inner: below },
      ...{ length: n, a: rows, b: panels + 4 * end },
    });
  }
  // The block's own derivatives, as a symmetric matrix with its diagonal doubled.
  for (let i = 0; i < size; i++) {
    const target = columns + 4 * size * (i >> 2) + (i & 3);
    for (let k = 0; k < size; k++) {
      const j = size - 1 - k, [row, column] = i > j ? [i, j] : [j, i];
      numbers[target + 4 * k] = numbers[place(g, first + row, first + column)] * (i === j ? 2 : 1);
    }
  }
  w.subtract({
    ...{ c: place(g, first, 0), stride: g.stride, rows: size, columns: first, inner: size },
    ...{ a: columns, b: left },
  });
}

/**
 * Computes the derivative by the symmetric matrix A from that by its Cholesky factor L, in float64
 * and by blocks (Murray, "Differentiation of the Cholesky decomposition", 2016, section 4): 2/3 n^3
 * multiplications and additions, where two triangular solves with n columns take 2 n^3.
 *
 * @param l the factor
 * @param by the derivative by the factor, of which the lower triangle counts
 * @param a the place of the result, which is symmetric
 * @param isFused whether products and sums may be rounded once
 */
export function choleskyGradient(
  l: MatrixView,
  by: MatrixView,
  a: MatrixView,
  n: number,
  isFused: boolean,
): void {
  const length = wholeTiles(n), square = length * length, free = 2 * square;
  const own = { at: 0, stride: length }, result = { at: square, stride: length };
  const panels = free + BLOCK * (BLOCK + 3 * length),
    w = workspace(panels + square, isFused),
    { numbers } = w;
  // What lies above the diagonals has no part in what lies below them.
  for (const { at } of [own, result]) numbers.fill(0, at + n * length, at + square);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      numbers[i * length + j] = l.data[l.at + i * l.row + j * l.column];
      numbers[square + i * length + j] = by.data[by.at + i * by.row + j * by.column];
    }
  }
  for (let i = n; i < length; i++) numbers[i * length + i] = 1;
  // The rows below are read again for every block: they lie one after the other.
  for (let j = 0; j < length; j += 4) {
    packColumns(numbers, panels + (length + 4) * j, (length + 1) * j, [length, 1], length - j, 4);
  }
  for (let first = Math.floor((length - 1) / BLOCK) * BLOCK; first >= 0; first -= BLOCK) {
    step(w, own, result, free, panels, length, first, Math.min(BLOCK, length - first));
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const number = numbers[square + i * length + j] * (i === j ? 1 : 0.5);
      a.data[a.at + i * a.row + j * a.column] = number;
      a.data[a.at + j * a.row + i * a.column] = number;
    }
  }
}
