/** Inference. @module */
export * from "./optim/mod.ts";
export * from "./elbo/mod.ts";
export {
  type InitSite,
  type InitStrategy,
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
  type LatentSite,
  type Prototype,
} from "./latent/mod.ts";
export {
  computeMarginals,
  type EliminationPlan,
  eliminationPlan,
  type EnumerationOptions,
  enumLogDensity,
  inferDiscrete,
  type InferDiscreteOptions,
  type PlannedTable,
} from "./enum/mod.ts";
export * from "./autoguide/mod.ts";
export type { Arguments, SteppingOptions } from "./stepping/mod.ts";
export * from "./svi/mod.ts";
export * from "./objective/mod.ts";
export * from "./stein/mod.ts";
export * from "./inference_data/mod.ts";
export * from "./mcmc/mod.ts";
export * from "./calibration/mod.ts";
export * from "./reparam/mod.ts";
export * from "./predictive/mod.ts";
export * from "./importance/mod.ts";
export * from "./smc/mod.ts";
export * from "./diagnostics/mod.ts";
export * from "./checkpoint/mod.ts";
export {
  type BarOutput,
  formatProgress,
  type Progress,
  progressBar,
  type ProgressReport,
} from "../system/mod.ts";
export { Callable } from "./callable.ts";
