import type { Equations, Subtraction, Tiles } from "./tiles.ts";

/** Rows of the least block: what lies within one takes more time than products of blocks. */
export const BLOCK = 32;

/** Rows, and numbers of each, that are multiplied at a time: so many fit into the second cache. */
const PART = 128;

/** Returns the rows of the first half of a block, in whole tiles. */
export const halfOf = (rows: number): number => (rows >> 3) << 2;

/** Subtracts a product in parts: the sums run over the inner axis in the same order. */
export function subtractParts({ subtract }: Tiles, product: Subtraction): void {
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

/** Solves equations by halves: what the first half contributes is taken off the second. */
export function solveBlocks(tiles: Tiles, equations: Equations): void {
  const { x, count = 1, step = 4, panels, length, rows } = equations;
  if (rows <= BLOCK) return tiles.solve(equations);
  const half = halfOf(rows), rest = rows - half;
  solveBlocks(tiles, { ...equations, rows: half });
  subtractParts(tiles, {
    ...{ a: panels + half * length, rows: rest, b: x, columns: 4 * count, length, inner: half },
    ...{ c: x + 4 * half, stride: 4, step },
  });
  solveBlocks(tiles, { ...equations, x: x + 4 * half, panels: panels + half * (length + 4), rows: rest });
}
