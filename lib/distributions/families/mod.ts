/** The families of distributions. @module */
export * from "./bernoulli.ts";
export * from "./beta.ts";
export * from "./categorical.ts";
export * from "./cauchy.ts";
export * from "./delta.ts";
export * from "./dirichlet.ts";
export * from "./exponential.ts";
export * from "./gamma.ts";
export * from "./laplace.ts";
export * from "./multivariate_normal.ts";
export * from "./normal.ts";
export * from "./poisson.ts";
export * from "./student_t.ts";
export * from "./uniform.ts";
export * from "./unit.ts";
export type { ProbsOrLogits } from "./util/probs_or_logits.ts";
