/** Stochastic variational inference. @module */
export { type RunOptions, SVI, type SVIOptions, type SVIResult } from "./svi.ts";
export type { Arguments } from "./training.ts";
export type { SVIState } from "./state.ts";
export { NonFiniteError } from "./diagnose.ts";
