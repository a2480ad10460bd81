/** Stochastic variational inference. @module */
export { SVI, type SVIOptions, type SVIResult } from "./svi.ts";
export { type EnsembleOptions, type EnsembleResult, SVIEnsemble } from "./ensemble.ts";
export type { RunOptions } from "./trainer.ts";
export type { Arguments } from "./training.ts";
export type { SVIState } from "./state.ts";
export { NonFiniteError } from "./diagnose.ts";
