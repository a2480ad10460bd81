/** Differences between engines that the documentation tells of. @module */

/**
 * Programs that tfjs runs otherwise outside of a trace: some operations overlook NaN, the logarithm
 * of an exponential overflows, and what constants alone make has float32's digits, where a trace
 * folds it with float64's.
 */
export const elsewhere: readonly RegExp[] = [
  /\btf\.(topk|argMax|argMin|sign)\(/,
  /= tf\.(fill|scalar)\(/,
  /\btf\.log\([^]*\btf\.exp\(|\btf\.exp\([^]*\btf\.log\(/,
];
