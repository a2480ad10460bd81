/** The cases whose confidence lies within one bin. */
export interface CalibrationBin {
  /** The lower end of the bin. */
  readonly low: number;
  /** The upper end, which belongs to it. */
  readonly high: number;
  /** The number of cases. */
  readonly count: number;
  /** Their mean confidence; NaN where there are none. */
  readonly confidence: number;
  /** The share of them that is right; NaN where there are none. */
  readonly accuracy: number;
}

/** The calibration of decisions. */
export interface Calibration {
  /** The expected calibration error: the mean distance of confidence and accuracy over cases. */
  readonly error: number;
  /** The bins that it is computed from: those of a reliability diagram. */
  readonly bins: readonly CalibrationBin[];
}

/**
 * Returns the calibration of decisions: of those that are made with a confidence of 0.8, 80% should
 * be right. Bins are of equal width (Guo et al. 2017).
 *
 * @param confidence the probability that each decision is right, by the one who decides
 * @param correct true or 1 for each decision that is right
 * @param bins the number of bins (default 15)
 * @throws Error unless there are as many of both, for a confidence outside 0 to 1, and unless
 * `bins` is a positive integer.
 *
 * @example Ten decisions at 0.9, of which seven are right
 * ```ts
 * import { calibration } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const right = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
 * assert.ok(Math.abs(calibration(right.map(() => 0.9), right).error - 0.2) < 1e-12);
 * ```
 */
export function calibration(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number | boolean>,
  bins: number = 15,
): Calibration {
  checkDecisions("measure calibration", confidence, correct);
  if (!(Number.isSafeInteger(bins) && bins > 0)) {
    throw new Error(`Cannot measure calibration: found ${bins} bins, expected a positive integer`);
  }
  const count = new Float64Array(bins), sum = new Float64Array(bins), right = new Float64Array(bins);
  for (let i = 0; i < confidence.length; i++) {
    const bin = Math.max(0, Math.ceil(confidence[i] * bins) - 1);
    count[bin]++;
    sum[bin] += confidence[i];
    right[bin] += Number(correct[i]);
  }
  let error = 0;
  const found = Array.from(count, (n, b): CalibrationBin => {
    error += Math.abs(sum[b] - right[b]) / confidence.length;
    return { low: b / bins, high: (b + 1) / bins, count: n, confidence: sum[b] / n, accuracy: right[b] / n };
  });
  return { error, bins: found };
}

/** Throws unless there is a confidence from 0 to 1 for each decision, and one decision or more. */
export function checkDecisions(
  what: string,
  confidence: ArrayLike<number>,
  correct: ArrayLike<number | boolean>,
): void {
  const n = confidence.length;
  if (n === 0 || n !== correct.length) {
    throw new Error(
      `Cannot ${what}: found ${n} confidences for ${correct.length} decisions, expected one each, of at least one`,
    );
  }
  const at = Array.prototype.findIndex.call(confidence, (p: number) => !(p >= 0 && p <= 1 + 1e-6));
  if (at < 0) return;
  throw new Error(`Cannot ${what}: confidence ${at} is ${confidence[at]}, expected a number from 0 to 1`);
}
