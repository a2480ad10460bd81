/** Differences between engines that the documentation tells of. @module */

/** An error that an engine gives on purpose. */
interface Refusal {
  /** The engine's name with its precision begins so. */
  readonly runner: string;
  readonly message: RegExp;
}

/** Errors that are documented. */
export const refusals: readonly Refusal[] = [];

/**
 * Operations of tfjs that overlook NaN when they are called outside of a trace; every engine finds
 * it, and is held against the oracle alone there.
 */
export const overlooking = /\btf\.(topk|argMax|argMin|sign)\(/;

/** Errors of a trace that are documented: derivatives that do not exist. */
export const untraced: readonly RegExp[] = [];
