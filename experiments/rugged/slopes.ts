/** Draws of the four coefficients; the k-th entries belong together. */
type CoefficientDraws = Readonly<Record<"bR" | "bAR", ArrayLike<number>>>;

/** Draws of the slope of log GDP over ruggedness. */
export interface Slopes {
  /** Inside Africa: bR + bAR. */
  readonly within: Float64Array;
  /** Outside Africa: bR. */
  readonly outside: Float64Array;
}

/** The two slopes of each draw. */
export function slopesOf({ bR, bAR }: CoefficientDraws): Slopes {
  return {
    within: Float64Array.from({ length: bR.length }, (_, k) => bR[k] + bAR[k]),
    outside: Float64Array.from({ length: bR.length }, (_, k) => bR[k]),
  };
}
