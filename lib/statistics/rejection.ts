import { checkDecisions } from "./calibration.ts";

/** The gain of deciding only where one is sure, by the threshold of confidence. */
export interface RejectionCurve {
  /** The thresholds: each confidence that occurs, the highest first. */
  readonly threshold: Float64Array;
  /** The share of the cases that are kept: those whose confidence is no less. */
  readonly kept: Float64Array;
  /** The share of these that is right. */
  readonly accuracy: Float64Array;
  /** The area under accuracy by share kept: 1 less the AURC of Geifman and El-Yaniv (2017). */
  readonly area: number;
}

/**
 * Returns the accuracy of decisions and the share of them that is kept, by the confidence below
 * which a case is refused.
 *
 * @param confidence of each decision; with the higher one a case is refused later
 * @param correct true or 1 for each decision that is right
 * @throws Error unless there are as many of both, and for a confidence outside 0 to 1.
 *
 * @example The unsure one is wrong
 * ```ts
 * import { rejectionCurve } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const { threshold, kept, accuracy } = rejectionCurve([0.9, 0.4, 0.8, 0.8], [1, 0, 1, 1]);
 * assert.deepEqual([...threshold], [0.9, 0.8, 0.4]);
 * assert.deepEqual([...kept], [0.25, 0.75, 1]);
 * assert.deepEqual([...accuracy], [1, 1, 0.75]);
 * ```
 */
export function rejectionCurve(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number | boolean>,
): RejectionCurve {
  checkDecisions("draw a rejection curve", confidence, correct);
  const n = confidence.length, order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((a, b) => confidence[b] - confidence[a]);
  const threshold: number[] = [], kept: number[] = [], accuracy: number[] = [];
  let right = 0, before = 0, area = 0;
  order.forEach((index, i) => {
    right += Number(correct[index]);
    // Of equal confidence all are kept, or none.
    if (i + 1 < n && confidence[order[i + 1]] === confidence[index]) return;
    threshold.push(confidence[index]);
    kept.push((i + 1) / n);
    accuracy.push(right / (i + 1));
    area += (i + 1 - before) / n * right / (i + 1);
    before = i + 1;
  });
  return {
    threshold: Float64Array.from(threshold),
    kept: Float64Array.from(kept),
    accuracy: Float64Array.from(accuracy),
    area,
  };
}
