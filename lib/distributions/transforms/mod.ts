/** Transforms: invertible functions with known Jacobian determinants. @module */
export { Transform } from "./transform.ts";
export { Flow } from "./flow.ts";
export { FormulaTransform, type TransformFormulas } from "./formula_transform.ts";
export { AbsTransform, AffineTransform, ExpTransform, IdentityTransform } from "./elementwise.ts";
export { PowerTransform, SigmoidTransform, SoftplusTransform, TanhTransform } from "./elementwise.ts";
export * from "./affine_autoregressive.ts";
export * from "./biject_to.ts";
export * from "./compose.ts";
export * from "./cholesky.ts";
export * from "./derived.ts";
export * from "./vectors.ts";
export * from "./permute.ts";
export * from "./planar.ts";
export * from "./radial.ts";
export { VectorFlow } from "./vector_flow.ts";
export type { SplineParams } from "./util/rational_spline.ts";
export * from "./spline.ts";
export * from "./spline_coupling.ts";
