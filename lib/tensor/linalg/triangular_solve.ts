import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { hasKernel } from "./has_kernel.ts";
import { type Tensor, tf } from "../tf.ts";
import { alongAxis, transposeMatrix } from "./products.ts";
import { diagonal, squareSize, tril, triu } from "./triangle.ts";
import { formatShape } from "../shape.ts";

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions {
  /** True if the matrix is lower triangular (default: true); the other triangle is not read. */
  readonly lower?: boolean;
  /** True to solve with the transpose of the matrix (default: false). */
  readonly transpose?: boolean;
}

const optionNames: OptionNames<TriangularSolveOptions> = { lower: true, transpose: true };

/**
 * Eliminates one column after the other from all rows at once: rows that are done meet zeros, so
 * that four operations a column do and what is left in the end is the solution.
 */
function substitute(matrix: Tensor, b: Tensor, lower: boolean): Tensor {
  const n = matrix.shape[matrix.rank - 1];
  const scale = diagonal(matrix).expandDims(-1);
  const rest = (lower ? tril(matrix, -1) : triu(matrix, 1)).div(scale);
  let x = b.div(scale);
  for (let step = 0; step < n - 1; step++) {
    const i = lower ? step : n - 1 - step;
    x = x.sub(alongAxis(rest, -1, i).mul(alongAxis(x, -2, i)));
  }
  return x;
}

/**
 * Computes the solution X of L X = B, with L triangular `[..., n, n]` and B `[..., n, k]`; the axes
 * before broadcast. In a graph it is one operation, run as `cholesky` is.
 * @throws Error where L is not square or B has not n rows.
 *
 * @example Forward substitution
 * ```ts
 * import { linalg, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const x = linalg.triangularSolve(tf.tensor([[2, 0], [1, 4]]), tf.tensor([[2], [9]]));
 * assert.deepEqual(x.arraySync(), [[1], [2]]);
 * ```
 */
export function triangularSolve(matrix: Tensor, b: Tensor, options: TriangularSolveOptions = {}): Tensor {
  checkOptions("compute triangularSolve", options, optionNames);
  const { lower = true, transpose = false } = options;
  const n = squareSize("triangularSolve", matrix);
  if (b.rank < 2 || b.shape[b.rank - 2] !== n) {
    throw new Error(
      `Cannot compute triangularSolve: expected a right-hand side [..., ${n}, k] for matrices of shape ` +
        `${formatShape(matrix.shape)}, found shape ${formatShape(b.shape)}`,
    );
  }
  if (hasKernel("TriangularSolve")) {
    return tf.engine().runKernel("TriangularSolve", { x: matrix, b }, { lower, transpose }) as Tensor;
  }
  return transpose ? substitute(transposeMatrix(matrix), b, !lower) : substitute(matrix, b, lower);
}
