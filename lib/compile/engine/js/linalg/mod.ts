/** Factorisations of matrices within arrays, which generated programs call. @module */
export { cholesky, choleskyGradient, type Subtract, triangularSolve } from "./handed.ts";
