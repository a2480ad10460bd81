/** Optimisers: pure functions on trees of tensors. @module */
export { adam, type AdamOptions } from "./adam.ts";
export { adamW } from "./adamw.ts";
export { clippedAdam, type ClippedAdamOptions } from "./clipped_adam.ts";
export { sgd, type SGDOptions } from "./sgd.ts";
export { rmsprop, type RMSPropOptions } from "./rmsprop.ts";
export { adagrad, type AdagradOptions } from "./adagrad.ts";
export { adagradRMSProp, type AdagradRMSPropOptions } from "./adagrad_rmsprop.ts";
export * from "./schedules.ts";
export { clipByGlobalNorm, clipByValue, globalNorm, transformGradients } from "./clip.ts";
export { type OptimiserOf, perParameter } from "./per_parameter.ts";
export {
  elementwise,
  type ElementwiseRule,
  fromRule,
  type LearningRate,
  type Optimiser,
  type OptimiserState,
  type Tensors,
  type UpdateRule,
} from "./optimiser.ts";
