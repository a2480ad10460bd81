import { constant } from "../constant.ts";
import { type Tensor, tf } from "../tf.ts";
import { formatShape } from "../shape.ts";
import { hasKernel } from "./has_kernel.ts";
import { alongAxis, transposeMatrix } from "./products.ts";
import { triangularSolve } from "./triangular_solve.ts";
import { diagEmbed, diagonal, squareSize, tril } from "./triangle.ts";

/** Factors one column after the other, each taken off the whole matrix as an outer product. */
function factor(matrix: Tensor): Tensor {
  const n = matrix.shape[matrix.rank - 1];
  const columns: Tensor[] = [];
  let rest = matrix;
  for (let j = 0; j < n; j++) {
    const column = alongAxis(rest, -1, j);
    const scaled = column.div(alongAxis(column, -2, j).sqrt());
    columns.push(scaled);
    if (j < n - 1) rest = rest.sub(scaled.matMul(scaled, false, true));
  }
  return tril(tf.concat(columns, -1));
}

/**
 * Computes the derivatives by symmetric matrices from those by their Cholesky factors (Murray,
 * "Differentiation of the Cholesky decomposition", 2016, equation 10); eager.
 */
export function choleskyGradient(l: Tensor, cotangent: Tensor): Tensor {
  const inner = tril(l.matMul(cotangent, true, false));
  const halved = inner.sub(diagEmbed(diagonal(inner).mul(constant(0.5))));
  const left = triangularSolve(l, halved, { transpose: true });
  const both = triangularSolve(l, transposeMatrix(left), { transpose: true });
  return both.add(transposeMatrix(both)).mul(constant(0.5));
}

/**
 * Computes the lower triangular L with L L^T = A, for symmetric positive definite A `[..., n, n]`,
 * of which the lower triangle is read. In a graph it is one operation, which the engines "js" and
 * "wasm" run by blocks, on vectors and in float64; from 500 rows on "wasm" leaves the products of
 * blocks to ONNX Runtime, from 280 those of derivatives, in the precision of the program. Other
 * engines run it as products of blocks of 32 columns. A matrix that is not positive definite gives
 * NaN in a graph, from the first column
 * that fails on.
 * @throws Error where A is not square, or is known not to be positive definite.
 *
 * @example The factor of a covariance
 * ```ts
 * import { linalg, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const factor = linalg.cholesky(tf.tensor([[4, 2], [2, 10]]));
 * assert.deepEqual(factor.arraySync(), [[2, 0], [1, 3]]);
 * ```
 */
export function cholesky(matrix: Tensor): Tensor {
  const n = squareSize("cholesky", matrix);
  if (hasKernel("Cholesky")) return tf.engine().runKernel("Cholesky", { x: matrix }) as Tensor;
  const l = factor(matrix);
  if (isTolerant) return l;
  const failed = l.dataSync().findIndex(Number.isNaN);
  if (failed < 0) return l;
  throw new Error(
    `Cannot compute cholesky: matrix ${Math.floor(failed / (n * n))} of shape ${formatShape(matrix.shape)} ` +
      `is not positive definite; add a small multiple of the identity`,
  );
}

let isTolerant = false;

/**
 * Runs `body` with NaN for the factors of matrices that are not positive definite, as in a graph.
 */
export function withNaNFactors<T>(body: () => T): T {
  const before = isTolerant;
  isTolerant = true;
  try {
    return body();
  } finally {
    isTolerant = before;
  }
}

/** Computes log |det A| of symmetric positive definite `[..., n, n]`, from the Cholesky factor. */
export function logDet(matrix: Tensor): Tensor {
  return logDetTriangular(cholesky(matrix)).mul(constant(2));
}

/** Computes log |det L| of triangular matrices `[..., n, n]`. */
export function logDetTriangular(matrix: Tensor): Tensor {
  return diagonal(matrix).abs().log().sum(-1);
}
