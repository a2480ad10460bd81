/** Linear algebra that tfjs lacks, over batches of matrices, eager and traced. @module */
export * from "./cholesky.ts";
export * from "./products.ts";
export * from "./triangle.ts";
export * from "./triangular_solve.ts";
