/** Special functions, eager and traced, with derivatives of any order. @module */
export { halfLogTwoPi } from "./asymptotic.ts";
export * from "./betaln.ts";
export * from "./digamma.ts";
export * from "./erf.ts";
export * from "./erfinv.ts";
export * from "./gamma_correction.ts";
export * from "./gamma_divergence.ts";
export * from "./lgamma.ts";
export * from "./log1pmx.ts";
export * from "./log1p_square_ratio.ts";
export * from "./logarithms.ts";
export * from "./logsumexp.ts";
export * from "./normal_cdf.ts";
export * from "./polygamma.ts";
export * from "./polynomial.ts";
export * from "./sigmoid.ts";
export * from "./sum_to_shape.ts";
export * from "./xlogy.ts";
