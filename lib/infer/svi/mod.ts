/** Stochastic variational inference. @module */
export { SVI } from "./svi.ts";
export { type EnsembleOptions, type EnsembleResult, SVIEnsemble } from "./ensemble.ts";
export { type SVIResult, Trainer, type TrainingOptions } from "./trainer.ts";
export type { SVIState } from "./state.ts";
export { NonFiniteError } from "./failure.ts";
