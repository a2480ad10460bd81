/**
 * A product of matrices that is subtracted from another. Numbers are counted, not bytes; rows,
 * columns and the inner axis are multiples of 4 long.
 */
export interface Subtraction {
  /** The place of A in panels of four rows, and its rows. */
  readonly a: number;
  readonly rows: number;
  /** The place of B in panels of four columns, and its columns. */
  readonly b: number;
  readonly columns: number;
  /** The length of the panels, of which the product takes `inner`: as many unless given. */
  readonly length?: number;
  readonly inner: number;
  /** The place of the first element of C, and the numbers from one of its rows to the next. */
  readonly c: number;
  readonly stride: number;
  /** Numbers from four columns of C to the next four; 4 unless given. */
  readonly step?: number;
  /** True to leave out the tiles of C below those on its diagonal; as many rows as columns then. */
  readonly isTriangle?: boolean;
}

/** Equations L X = B for four columns each. */
export interface Equations {
  /** The place of the panel of B, which becomes X. */
  readonly x: number;
  /** The number of such panels, 1 unless given, and the numbers from each to the next. */
  readonly count?: number;
  readonly step?: number;
  /** The place of L in panels of four rows, whose lower triangle counts, and their length. */
  readonly panels: number;
  readonly length: number;
  /** The rows that are solved: a multiple of 4. */
  readonly rows: number;
}

/**
 * The work of factorisations on tiles of 4 by 4 numbers. Panels hold four rows, or four columns,
 * side by side: number (4k + r) is element k of row r. All sums run over the inner axis from its
 * first element on, so that they have the same bits wherever they are computed without fused
 * multiplication.
 */
export interface Tiles {
  /** Solves L X = B in place. */
  solve(equations: Equations): void;
  /** C -= A B. */
  subtract(product: Subtraction): void;
}

/** Returns the work on tiles in plain JavaScript, for machines without vectors. */
export function plainTiles(numbers: Float64Array): Tiles {
  return {
    solve({ x, count = 1, step = 4, panels, length, rows }) {
      for (let own = x; own < x + count * step; own += step) {
        for (let i = 0; i < rows; i++) {
          const row = panels + 4 * length * (i >> 2) + (i & 3);
          for (let c = 0; c < 4; c++) {
            let rest = numbers[own + 4 * i + c];
            for (let k = 0; k < i; k++) rest -= numbers[row + 4 * k] * numbers[own + 4 * k + c];
            numbers[own + 4 * i + c] = rest / numbers[row + 4 * i];
          }
        }
      }
    },
    subtract({ a, rows, b, columns, c, stride, inner, length = inner, step = 4, isTriangle }) {
      for (let i = 0; i < rows; i++) {
        const row = a + 4 * length * (i >> 2) + (i & 3);
        for (let j = isTriangle ? i & ~3 : 0; j < columns; j++) {
          const column = b + 4 * length * (j >> 2) + (j & 3);
          const at = c + i * stride + step * (j >> 2) + (j & 3);
          let rest = numbers[at];
          for (let k = 0; k < inner; k++) rest -= numbers[row + 4 * k] * numbers[column + 4 * k];
          numbers[at] = rest;
        }
      }
    },
  };
}
