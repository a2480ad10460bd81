import { constant } from "../constant.ts";
import { formatShape } from "../shape.ts";
import { type Tensor, tf } from "../tf.ts";

/** Returns a tensor where the column less the row of an entry passes a test, and zero elsewhere. */
function where(holds: (offset: number) => boolean, n: number, x: Tensor): Tensor {
  const values = Array.from({ length: n * n }, (_, i) => holds(i % n - Math.floor(i / n)));
  return tf.where(tf.tensor(values, [n, n], "bool"), x, constant(0));
}

/**
 * Returns the size n of the square matrices `[..., n, n]`.
 * @throws Error where they are not square.
 */
export function squareSize(operation: string, matrix: Tensor): number {
  const [rows, columns] = matrix.shape.slice(-2);
  if (matrix.rank < 2 || rows !== columns) {
    throw new Error(
      `Cannot compute ${operation}: expected square matrices [..., n, n], found shape ${
        formatShape(matrix.shape)
      }`,
    );
  }
  return rows;
}

/** Returns the lower triangles of `[..., n, n]`, zero above `diagonal`; NumPy's `tril`. */
export function tril(matrix: Tensor, diagonal = 0): Tensor {
  return where((offset) => offset <= diagonal, squareSize("tril", matrix), matrix);
}

/** Returns the upper triangles of `[..., n, n]`, zero below `diagonal`; NumPy's `triu`. */
export function triu(matrix: Tensor, diagonal = 0): Tensor {
  return where((offset) => offset >= diagonal, squareSize("triu", matrix), matrix);
}

/** Returns the diagonals `[..., n]` of matrices `[..., n, n]`. */
export function diagonal(matrix: Tensor): Tensor {
  return where((offset) => offset === 0, squareSize("diagonal", matrix), matrix).sum(-1);
}

/** Returns diagonal matrices `[..., n, n]` from vectors `[..., n]`. */
export function diagEmbed(vector: Tensor): Tensor {
  return where((offset) => offset === 0, vector.shape[vector.rank - 1], vector.expandDims(-1));
}
