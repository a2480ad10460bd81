/** Transforms: invertible functions with known Jacobian determinants. @module */
export { Transform } from "./transform.ts";
export * from "./abs.ts";
export * from "./affine.ts";
export * from "./biject_to.ts";
export * from "./compose.ts";
export * from "./corr_cholesky.ts";
export * from "./exp.ts";
export * from "./identity.ts";
export * from "./independent.ts";
export * from "./lower_cholesky.ts";
export * from "./ordered.ts";
export * from "./positive_definite.ts";
export * from "./power.ts";
export * from "./sigmoid.ts";
export * from "./softmax.ts";
export * from "./softplus.ts";
export * from "./stick_breaking.ts";
export * from "./tanh.ts";
