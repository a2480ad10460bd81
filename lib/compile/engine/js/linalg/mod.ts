/** Factorisations of matrices within arrays, which generated programs call. @module */
export { cholesky } from "./cholesky.ts";
export { choleskyGradient } from "./cholesky_gradient.ts";
export { triangularSolve } from "./triangular_solve.ts";
