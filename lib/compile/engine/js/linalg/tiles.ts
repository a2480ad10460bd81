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
  /** The same in float32, where wanted. */
  readonly short?: ShortTiles;
}

/**
 * Products in float32: of a few terms each, whose sums are taken off in float64, so that errors are
 * those of the few.
 */
export interface ShortTiles {
  /** Returns the room of the copies, while there are none, for so many numbers. */
  room(count: number): Float32Array;
  /** Copies four rows at a place of the room to a panel: a multiple of 4 columns. */
  gather(at: number, row: number, panel: number, columns: number): void;
  /** Copies a panel to four rows. */
  scatter(at: number, row: number, panel: number, columns: number): void;
  /** Copies what equations were solved for, from which products are computed. */
  shorten(equations: Equations): void;
  /** C -= A B, for an even number of panels of B; all tiles of C. */
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

/** Rows of the least block: what lies within one takes more time than products of blocks. */
const BLOCK = 32, SHORT_BLOCK = 16;

/** Returns the rows of the least block, less where products are quicker. */
export const blockOf = ({ short }: Tiles): number => short ? SHORT_BLOCK : BLOCK;

/** Rows, and numbers of each, that are multiplied at a time: so many fit into the second cache. */
const PART = 128;

/** Returns the rows of the first half of a block, in whole tiles. */
export const halfOf = (rows: number): number => (rows >> 3) << 2;

/** Subtracts a product in parts: the sums run over the inner axis in the same order. */
function inParts(subtract: Tiles["subtract"], product: Subtraction): void {
  const { a, rows, b, c, stride, inner, length = inner } = product;
  if (rows <= PART && inner <= PART) return subtract(product);
  for (let k = 0; k < inner; k += PART) {
    for (let i = 0; i < rows; i += PART) {
      subtract({
        ...{ ...product, length, a: a + i * length + 4 * k, b: b + 4 * k, c: c + i * stride },
        ...{ rows: Math.min(PART, rows - i), inner: Math.min(PART, inner - k) },
      });
    }
  }
}

/** Subtracts a product of what equations were solved for, in float32 but on the diagonal. */
export function subtractParts({ subtract, short }: Tiles, product: Subtraction): void {
  const { b, c, columns, step = 4, inner, length = inner, isTriangle } = product;
  if (!short || isTriangle) return inParts(subtract, product);
  const even = columns & ~7;
  if (even > 0) inParts(short.subtract, { ...product, columns: even });
  if (even < columns) {
    inParts(subtract, { ...product, b: b + even * length, c: c + (even >> 2) * step, columns: 4 });
  }
}

/** Solves equations by halves: what the first half contributes is taken off the second. */
export function solveBlocks(tiles: Tiles, equations: Equations): void {
  const { x, count = 1, step = 4, panels, length, rows } = equations;
  if (rows <= blockOf(tiles)) {
    tiles.solve(equations);
    return tiles.short?.shorten(equations);
  }
  const half = halfOf(rows), rest = rows - half;
  solveBlocks(tiles, { ...equations, rows: half });
  subtractParts(tiles, {
    ...{ a: panels + half * length, rows: rest, b: x, columns: 4 * count, length, inner: half },
    ...{ c: x + 4 * half, stride: 4, step },
  });
  solveBlocks(tiles, { ...equations, x: x + 4 * half, panels: panels + half * (length + 4), rows: rest });
}
