import { type Tensor, tf } from "../tf.ts";

/** Returns one column (axis -1) or one row (axis -2) of matrices, its axis kept. */
export function alongAxis(x: Tensor, axis: -1 | -2, i: number): Tensor {
  const begin = x.shape.map(() => 0), size = x.shape.slice();
  begin[x.rank + axis] = i;
  size[x.rank + axis] = 1;
  return x.slice(begin, size);
}

/** Returns the transposes of matrices `[..., n, m]`. */
export function transposeMatrix(matrix: Tensor): Tensor {
  const axes = matrix.shape.map((_, i) => i), [row, column] = axes.splice(-2);
  return matrix.transpose([...axes, column, row]);
}

/** Multiplies matrices, transposed on request, over the last two axes; those before broadcast. */
export function matmul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  return tf.matMul(a, b, transposeA, transposeB);
}

/** Multiplies matrices `[..., n, m]` and vectors `[..., m]`; the axes before broadcast. */
export function matvec(matrix: Tensor, vector: Tensor): Tensor {
  // One unbatched matrix: all vectors are the rows of one product.
  if (matrix.rank === 2 && vector.rank === 2) return tf.matMul(vector, matrix, false, true);
  return tf.matMul(matrix, vector.expandDims(-1)).squeeze([-1]);
}

/** Returns the outer products `[..., n, m]` of vectors `[..., n]` and `[..., m]`. */
export function outer(a: Tensor, b: Tensor): Tensor {
  return a.expandDims(-1).mul(b.expandDims(-2));
}
