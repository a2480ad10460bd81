import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";

/** Returns a constant boolean n by n mask of the entries for which the test holds. */
function mask(n: number, holds: (row: number, column: number) => boolean): Tensor {
  const values = Array.from({ length: n * n }, (_, i) => holds(Math.floor(i / n), i % n));
  return tf.tensor(values, [n, n], "bool");
}

/**
 * The size n of the square matrices `[..., n, n]`.
 * @throws Error where they are not square.
 */
export function squareSize(operation: string, matrix: Tensor): number {
  const [rows, columns] = matrix.shape.slice(-2);
  if (matrix.rank < 2 || rows !== columns) {
    throw new Error(
      `Cannot compute ${operation}: expected square matrices [..., n, n], found shape [${
        matrix.shape.join(", ")
      }]`,
    );
  }
  return rows;
}

/** Returns the lower triangles of `[..., n, n]`, zero above `diagonal`; NumPy's `tril`. */
export function tril(matrix: Tensor, diagonal = 0): Tensor {
  const n = squareSize("tril", matrix);
  return tf.where(mask(n, (row, column) => column - row <= diagonal), matrix, constant(0));
}

/** Returns the upper triangles of `[..., n, n]`, zero below `diagonal`; NumPy's `triu`. */
export function triu(matrix: Tensor, diagonal = 0): Tensor {
  const n = squareSize("triu", matrix);
  return tf.where(mask(n, (row, column) => column - row >= diagonal), matrix, constant(0));
}

/** Returns the diagonals `[..., n]` of matrices `[..., n, n]`. */
export function diagonal(matrix: Tensor): Tensor {
  const n = squareSize("diagonal", matrix);
  return tf.where(mask(n, (row, column) => row === column), matrix, constant(0)).sum(-1);
}

/** Diagonal matrices `[..., n, n]` from vectors `[..., n]`. */
export function diagEmbed(vector: Tensor): Tensor {
  const n = vector.shape[vector.rank - 1];
  return tf.where(mask(n, (row, column) => row === column), vector.expandDims(-1), constant(0));
}
