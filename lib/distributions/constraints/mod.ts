/** Constraints: the sets that values and parameters lie in. @module */
export { Constraint } from "./constraint.ts";
export * from "./bounded.ts";
export * from "./multinomial.ts";
export * from "./structured.ts";
export * from "./independent.ts";
export * from "./joined.ts";
export * from "./joint.ts";
export * from "./zero_sum.ts";
export * from "./structured_base.ts";
