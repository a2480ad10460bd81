/** Differences between engines that the documentation tells of. @module */

/** An error that an engine gives on purpose. */
interface Refusal {
  /** The engine's name with its precision begins so. */
  readonly runner: string;
  readonly message: RegExp;
}

/** Errors that are documented. */
export const refusals: readonly Refusal[] = [
  // tfjs holds what it concatenated of nothing in a plain array, which it cannot slice.
  { runner: "tfjs, not traced", message: /subarray is not a function/ },
];

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

/** Errors of a trace that are documented: derivatives that do not exist. */
export const untraced: readonly RegExp[] = [];
