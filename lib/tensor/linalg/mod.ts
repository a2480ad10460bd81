/**
 * Linear algebra that tfjs lacks, over batches of matrices, eager and traced.
 *
 * @module
 */
export { cholesky, choleskyGradient, logDet, logDetTriangular, withNaNFactors } from "./cholesky.ts";
export { matmul, matvec, outer, transposeMatrix } from "./products.ts";
export { diagEmbed, diagonal, squareSize, tril, triu } from "./triangle.ts";
export { triangularSolve, type TriangularSolveOptions } from "./triangular_solve.ts";
