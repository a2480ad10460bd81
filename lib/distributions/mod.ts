/** Probability distributions, their transforms, constraints and divergences. @module */
export { Distribution } from "./distribution.ts";
export { type DistributionOptions, type ParameterSpec, ParametricDistribution } from "./parametric.ts";
export { RelaxedCategorical } from "./relaxed_categorical.ts";
export { SuccessProbability } from "./success_probability.ts";
export type { Formulas } from "./formulas.ts";
export { isValidationEnabled, setValidation, withoutValidation, withValidation } from "./validation.ts";
export * from "./shapes.ts";
/** The sets that values and parameters lie in. */
export * as constraints from "./constraints/mod.ts";
export { Bounded, Constraint, IndependentConstraint } from "./constraints/mod.ts";
export { Wrapper } from "./wrappers/wrapper.ts";
export * from "./wrappers/independent.ts";
export * from "./wrappers/expanded.ts";
export * from "./wrappers/masked.ts";
export * from "./wrappers/censored.ts";
export * from "./wrappers/folded.ts";
export * from "./wrappers/hurdle.ts";
export * from "./wrappers/interval_censored.ts";
export * from "./wrappers/masked_mixture.ts";
export * from "./wrappers/mixture.ts";
export * from "./wrappers/truncated.ts";
export * from "./wrappers/zero_inflated.ts";
export * from "./families/mod.ts";
export * from "./wrappers/transformed.ts";
export * from "./transforms/mod.ts";
export * from "./kl/mod.ts";
export { alignSteps, overSteps, partsOf } from "./wrappers/over_steps.ts";
