import { type Shape, type Tensor, tf } from "../../../tensor/mod.ts";
import { padLast } from "./pad.ts";

/** Returns the size of an n by n matrix's lower triangle, with (0) or without (-1) the diagonal. */
function packedSize(n: number, diagonal: 0 | -1): number {
  return n * (n + 1 + 2 * diagonal) / 2;
}

/** Returns the side of the matrix whose lower triangle has `size` entries, or throws. */
function triangleSide(size: number, diagonal: 0 | -1): number {
  const n = Math.round((Math.sqrt(8 * size + 1) - 1) / 2) - diagonal;
  if (packedSize(n, diagonal) === size) return n;
  const expected = `n (n ${diagonal === 0 ? "+" : "-"} 1) / 2`;
  throw new Error(`Cannot make a triangle of a vector of ${size} numbers: expected ${expected} of them`);
}

/** Returns the shape of the matrices whose lower triangles are vectors of a shape. */
export function matrixShape(shape: Shape, diagonal: 0 | -1): Shape {
  const n = triangleSide(shape[shape.length - 1], diagonal);
  return [...shape.slice(0, -1), n, n];
}

/** Returns the shape of the vectors that hold the lower triangles of matrices of a shape. */
export function vectorShape(shape: Shape, diagonal: 0 | -1): Shape {
  return [...shape.slice(0, -2), packedSize(shape[shape.length - 1], diagonal)];
}

/** Returns the lower triangles of matrices `[..., n, n]` as vectors, row by row. */
export function fromTriangle(matrix: Tensor, diagonal: 0 | -1): Tensor {
  const n = matrix.shape[matrix.rank - 1];
  const places: number[] = [];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row + diagonal; column++) places.push(row * n + column);
  }
  const flat = matrix.reshape([...matrix.shape.slice(0, -2), n * n]);
  return tf.gather(flat, tf.tensor1d(places, "int32"), flat.rank - 1);
}

/** Returns matrices `[..., n, n]` whose lower triangles are the vectors, row by row, else zeros. */
export function toTriangle(vector: Tensor, diagonal: 0 | -1): Tensor {
  const size = vector.shape[vector.rank - 1], n = triangleSide(size, diagonal);
  const places: number[] = [];
  for (let row = 0, next = 0; row < n; row++) {
    for (let column = 0; column < n; column++) places.push(column <= row + diagonal ? next++ : size);
  }
  const padded = padLast(vector, 0, 1);
  const flat = tf.gather(padded, tf.tensor1d(places, "int32"), padded.rank - 1);
  return flat.reshape([...vector.shape.slice(0, -1), n, n]);
}
