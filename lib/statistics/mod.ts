/**
 * Summaries of numbers: moments, quantiles, intervals, standard errors, shares and densities.
 *
 * A NaN among the values makes every summary NaN, as in NumPy and unlike d3-array, which leaves it
 * out; `finite` gives the others.
 *
 * @module
 */
export { covariance } from "./covariance.ts";
export { finite } from "./finite.ts";
export { hpdi, type Interval, interval } from "./interval.ts";
export { type KernelDensity, kernelDensity } from "./kernel_density.ts";
export { mean } from "./mean.ts";
export { type Moments, moments, standardDeviation } from "./moments.ts";
export { median, quantile, quantileError } from "./quantile.ts";
export { type Share, share } from "./share.ts";
export { standardError } from "./standard_error.ts";
