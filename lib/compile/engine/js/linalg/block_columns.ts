import type { HostData } from "../../../../tensor/mod.ts";
import type { MatrixView } from "./matrix_view.ts";

/** Columns of a block, at most: products of so many are quick, and little is left within blocks. */
const COLUMNS = 120;

/** Numbers in a row from which a copy of it whole is quicker than one by one. */
const LONG = 32;

/** Arrays that are kept from call to call, up to so many bytes; larger ones are made for each. */
const kept = new Map<string, HostData>(), KEPT = 1 << 24;

/** Returns an array of the type of another, which later calls for the same purpose get again. */
export function roomFor(purpose: string, count: number, like: HostData): HostData {
  const Data = like instanceof Float32Array ? Float32Array : Float64Array;
  const key = `${purpose} ${Data.name}`, known = kept.get(key);
  if (known && known.length >= count) return known;
  const room = new Data(count);
  if (room.byteLength <= KEPT) kept.set(key, room);
  return room;
}

/** Blocks of rows, nearly as many in each. */
export class Blocks {
  readonly count: number;
  readonly #size: number;

  constructor(readonly rows: number) {
    this.#size = 4 * Math.ceil(rows / Math.ceil(rows / COLUMNS) / 4);
    this.count = Math.ceil(rows / this.#size);
  }

  /** Returns the first row of a block; of the one behind the last, their number. */
  first(block: number): number {
    return Math.min(this.rows, block * this.#size);
  }

  /** Returns the number of a block's rows. */
  size(block: number): number {
    return this.first(block + 1) - this.first(block);
  }
}

/**
 * A lower triangle by columns of blocks: each is a matrix of its own, from the diagonal down, whose
 * rows lie one after the other.
 */
export class BlockColumns extends Blocks {
  readonly data: HostData;
  readonly #starts: number[] = [];

  /** Copies the lower triangle of a matrix of n rows to room of the type of another array. */
  constructor(purpose: string, matrix: MatrixView, n: number, like: HostData) {
    super(n);
    let numbers = 0;
    for (let j = 0; j < this.count; j++) {
      this.#starts.push(numbers);
      numbers += (n - this.first(j)) * this.size(j);
    }
    this.data = roomFor(purpose, numbers, like);
    for (let j = 0; j < this.count; j++) {
      const first = this.first(j);
      copy(partOf(matrix, first, first), this.view(first, j), n - first, this.size(j));
    }
  }

  /** Returns the place of a row, from the diagonal block down, in a column of blocks. */
  place(row: number, block: number): number {
    return this.#starts[block] + (row - this.first(block)) * this.size(block);
  }

  /** Returns the rows from one on in a column of blocks. */
  view(row: number, block: number): MatrixView {
    return { data: this.data, at: this.place(row, block), row: this.size(block), column: 1 };
  }

  /** Copies all out, with zeros above the blocks on the diagonal. */
  store(to: MatrixView): void {
    const { data, row, column } = to;
    for (let j = 0; j < this.count; j++) {
      const first = this.first(j), end = this.first(j + 1);
      copy(this.view(first, j), partOf(to, first, first), this.rows - first, end - first);
      for (let i = first; i < end; i++) {
        const start = to.at + i * row;
        if (column === 1) data.fill(0, start + end, start + this.rows);
        else for (let k = end; k < this.rows; k++) data[start + k * column] = 0;
      }
    }
  }

  /** Copies the blocks on the diagonal out, and half of those below it to both sides. */
  storeSymmetric(to: MatrixView): void {
    const { data: from } = this, { data, row, column } = to;
    for (let j = 0; j < this.count; j++) {
      const first = this.first(j), end = this.first(j + 1), size = end - first;
      copy(this.view(first, j), partOf(to, first, first), size, size);
      for (let i = end; i < this.rows; i++) {
        let source = this.place(i, j), below = to.at + i * row + first * column;
        let above = to.at + first * row + i * column;
        for (let k = 0; k < size; k++, source++, below += column, above += row) {
          data[below] = data[above] = 0.5 * from[source];
        }
      }
    }
  }
}

/** Returns the part of a matrix from a row and a column on. */
export function partOf({ data, at, row, column }: MatrixView, i: number, j: number): MatrixView {
  return { data, at: at + i * row + j * column, row, column };
}

/** Returns the transpose of a matrix, in the same place. */
export function transposed({ data, at, row, column }: MatrixView): MatrixView {
  return { data, at, row: column, column: row };
}

/** Copies a matrix, along its rows or columns, whichever lie together. */
export function copy(from: MatrixView, to: MatrixView, rows: number, columns: number): void {
  if (Math.abs(from.row) < Math.abs(from.column)) {
    return copy(transposed(from), transposed(to), columns, rows);
  }
  const source: HostData = from.data, target: HostData = to.data;
  if (columns >= LONG && from.column === 1 && to.column === 1) {
    for (let i = 0; i < rows; i++) {
      const start = from.at + i * from.row;
      target.set(source.subarray(start, start + columns), to.at + i * to.row);
    }
    return;
  }
  for (let i = 0; i < rows; i++) {
    let p = from.at + i * from.row, q = to.at + i * to.row;
    for (let j = 0; j < columns; j++, p += from.column, q += to.column) target[q] = source[p];
  }
}
