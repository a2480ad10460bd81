/** The output of a program in any library. */
export interface ChainsReport {
  /** The time at which the first run had ended, where there was one, seconds since 1970. */
  readonly ready: number;
  /** Later runs: seconds, warm-up included, and the gradients of the draws after it. */
  readonly runs: readonly { readonly seconds: number; readonly gradients: number }[];
  /** Microseconds of the potential and its gradient at one place. */
  readonly grad_us: number;
}
