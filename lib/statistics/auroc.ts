import { sorted } from "./quantile.ts";

/**
 * Returns how well a score tells two kinds of cases apart, as the area under the receiver operating
 * characteristic: the probability that a case of one kind has a higher score than one of the other,
 * ties counted half. 0.5 is no better than chance; NaN where a score is NaN.
 *
 * @param high scores of the cases that should have the higher ones
 * @param low scores of the others
 * @throws Error where there are none of either.
 *
 * @example
 * ```ts
 * import { auroc } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * assert.equal(auroc([3, 2], [1, 2]), 0.875);
 * ```
 */
export function auroc(high: ArrayLike<number>, low: ArrayLike<number>): number {
  if (high.length === 0 || low.length === 0) {
    throw new Error(
      `Cannot tell scores apart: found ${high.length} high and ${low.length} low ones, expected some of both`,
    );
  }
  const above = sorted(high), below = sorted(low);
  if (Number.isNaN(above.at(-1)) || Number.isNaN(below.at(-1))) return NaN;
  let less = 0, notMore = 0, wins = 0;
  for (const score of above) {
    while (less < below.length && below[less] < score) less++;
    while (notMore < below.length && below[notMore] <= score) notMore++;
    wins += (less + notMore) / 2;
  }
  return wins / above.length / below.length;
}
