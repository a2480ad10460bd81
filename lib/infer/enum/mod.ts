/** Exact inference of discrete sites by enumeration. @module */
export { type EnumerationOptions, enumLogDensity } from "./log_density.ts";
export { eliminate, type Elimination, productOver, totalOf } from "./eliminate.ts";
export { GuideProbabilities } from "./expectation.ts";
export { type Factor, Factors } from "./factors.ts";
export { firstDim } from "./log_density.ts";
export { aligned, unionOf } from "./named.ts";
export { eachAssignment } from "./sequential.ts";
export { weighed } from "./weights.ts";
export { inferDiscrete, type InferDiscreteOptions } from "./infer_discrete.ts";
export { observedLogProbs } from "./observed.ts";
export { computeMarginals } from "./marginals.ts";
export type { EliminationPlan, PlannedTable } from "./elimination_plan.ts";
export { eliminationPlan } from "./plan_of_model.ts";
