/** A product of matrices that is subtracted from another. Numbers are counted, not bytes. */
export interface Subtraction {
  /** The place of the first element of C, and the numbers from one of its rows to the next. */
  readonly c: number;
  readonly stride: number;
  /** The place of A in panels of four rows, `inner` long each. */
  readonly a: number;
  /** Rows of A and C: a multiple of 4. */
  readonly rows: number;
  /** The place of B in panels of four columns, `inner` long each. */
  readonly b: number;
  /** Columns of B and C: a multiple of 4. */
  readonly columns: number;
  /** Columns of A and rows of B. */
  readonly inner: number;
}

/**
 * The work of factorisations on tiles of 4 by 4 numbers. Panels hold four rows, or four columns,
 * side by side: number (4k + r) is element k of row r. All sums run over the inner axis from its
 * first element on, so that they have the same bits wherever they are computed without fused
 * multiplication.
 */
export interface Tiles {
  /**
   * Solves L X = B for four columns, in place.
   *
   * @param x the place of the panel of B, which becomes X
   * @param panels the place of L in panels of four rows, of which the lower triangle counts
   * @param length the length of a panel of L
   * @param rows the rows that are solved: a multiple of 4
   */
  solve(x: number, panels: number, length: number, rows: number): void;
  /** C -= A B. */
  subtract(product: Subtraction): void;
}

/** Returns the work on tiles in plain JavaScript, for machines without vectors. */
export function plainTiles(numbers: Float64Array): Tiles {
  return {
    solve(x, panels, length, rows) {
      for (let i = 0; i < rows; i++) {
        const row = panels + 4 * length * (i >> 2) + (i & 3);
        for (let c = 0; c < 4; c++) {
          let rest = numbers[x + 4 * i + c];
          for (let k = 0; k < i; k++) rest -= numbers[row + 4 * k] * numbers[x + 4 * k + c];
          numbers[x + 4 * i + c] = rest / numbers[row + 4 * i];
        }
      }
    },
    subtract({ c, stride, a, rows, b, columns, inner }) {
      for (let i = 0; i < rows; i++) {
        const row = a + 4 * inner * (i >> 2) + (i & 3);
        for (let j = 0; j < columns; j++) {
          const column = b + 4 * inner * (j >> 2) + (j & 3);
          let rest = numbers[c + i * stride + j];
          for (let k = 0; k < inner; k++) rest -= numbers[row + 4 * k] * numbers[column + 4 * k];
          numbers[c + i * stride + j] = rest;
        }
      }
    },
  };
}
