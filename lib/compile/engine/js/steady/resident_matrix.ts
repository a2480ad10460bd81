import { PANEL, productsOn } from "./products.ts";

/** The bytes from which a matrix is read from memory that is slow: numbers are kept in 4 bytes. */
const LARGE = 1 << 20;

const PAGE = 1 << 16;

/**
 * A matrix in the memory of WebAssembly, which multiplies vectors two numbers at a time (1,000 by
 * 20: 3 us where JavaScript takes 9). Numbers that float32 holds are kept in 4 bytes where that is
 * faster, and computed with in 8.
 */
export class ResidentMatrix {
  readonly #times: () => void;
  readonly #addTransposed: () => void;
  /** The vectors, as long as the columns and as the rows, with zeros behind. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  /** @param data the matrix by rows, which is copied */
  constructor(data: Float64Array, readonly rows: number, readonly columns: number) {
    const pairs = Math.ceil(columns / 2), panels = Math.ceil(rows / PANEL), size = panels * pairs * 2 * PANEL;
    const bytes = 8 * size >= LARGE && data.every((number) => Object.is(Math.fround(number), number)) ? 4 : 8;
    const x = size * bytes, y = x + 16 * pairs, end = y + 8 * PANEL * panels;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE) });
    const a = new (bytes === 4 ? Float32Array : Float64Array)(memory.buffer, 0, size);
    for (let i = 0; i < rows; i++) {
      const start = 2 * ((i / PANEL | 0) * pairs * PANEL + i % PANEL);
      for (let j = 0; j < columns; j++) a[start + 2 * PANEL * (j >> 1) + (j & 1)] = data[i * columns + j];
    }
    this.#x = new Float64Array(memory.buffer, x, columns);
    this.#y = new Float64Array(memory.buffer, y, rows);
    const { times, addTransposed } = productsOn(memory, bytes);
    this.#times = () => times(0, x, y, y, end);
    this.#addTransposed = () => addTransposed(0, x, y, y, end);
  }

  /** Writes the product with a vector, `columns` numbers of `from`, to `rows` numbers of `to`. */
  times(from: Float64Array, start: number, to: Float64Array, at: number): void {
    this.#x.set(from.subarray(start, start + this.columns));
    this.#times();
    to.set(this.#y, at);
  }

  /** As `times`, of the transposed matrix. */
  transposedTimes(from: Float64Array, start: number, to: Float64Array, at: number): void {
    this.#y.set(from.subarray(start, start + this.rows));
    this.#x.fill(0);
    this.#addTransposed();
    to.set(this.#x, at);
  }
}
