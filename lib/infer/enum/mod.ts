/** Exact inference of discrete sites by enumeration. @module */
export { type EnumerationOptions, enumLogDensity } from "./log_density.ts";
export { eliminateAll, eliminatedSum, firstDim } from "./log_density.ts";
export { inferDiscrete, type InferDiscreteOptions } from "./infer_discrete.ts";
