/** Factorisations of matrices within arrays, which generated programs call. @module */
export { cholesky, choleskyGradient, type SolveColumn, type Subtract, triangularSolve } from "./handed.ts";
