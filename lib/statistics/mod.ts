/**
 * Summaries of numbers: moments, quantiles, intervals, standard errors, shares and densities;
 * diagnostics of chains; scores of forecasts, and of decisions between classes.
 *
 * A NaN among the values makes every summary NaN, as in NumPy and unlike d3-array, which leaves it
 * out; `finite` gives the others.
 *
 * @module
 */
export * from "./auroc.ts";
export { type Calibration, calibration, type CalibrationBin } from "./calibration.ts";
export * from "./classification.ts";
export * from "./coverage.ts";
export * from "./autocovariance.ts";
export * from "./beta_quantile.ts";
export { bfmi } from "./chains/bfmi.ts";
export { type Chains, chainsOf, numbersIn, pooled } from "./chains/chains.ts";
export * from "./chains/effective_sample_size.ts";
export { rHat, splitRHat } from "./chains/r_hat.ts";
export { mcseMean, mcseQuantile, mcseSd } from "./chains/standard_errors.ts";
export * from "./chi_square.ts";
export * from "./evenly_spaced.ts";
export { allFinite, finite, finiteMean } from "./finite.ts";
export * from "./interval.ts";
export * from "./kernel_density.ts";
export * from "./moments.ts";
export * from "./normal_quantile.ts";
export { median, quantile, quantileError } from "./quantile.ts";
export * from "./rejection.ts";
export * from "./scores.ts";
export * from "./share.ts";
export { studentTail } from "./student_tail.ts";
