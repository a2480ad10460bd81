import { interval } from "./interval.ts";
import { mean } from "./moments.ts";

/** Predictions of a variable at several places: draws in rows, places in columns. */
export interface Predictions {
  /** The draws, row by row. */
  readonly data: ArrayLike<number>;
  /** The number of draws. */
  readonly draws: number;
  /** The number of places. */
  readonly places: number;
}

/** An interval and the mean for each place. */
export interface Intervals {
  /** Lower ends. */
  readonly low: Float64Array;
  /** Upper ends. */
  readonly high: Float64Array;
  /** Means of the predictions. */
  readonly mean: Float64Array;
}

/**
 * Returns the central intervals that hold a share of the predictions, place by place.
 *
 * @param mass the share that each holds (default 0.9)
 * @throws Error for fewer than two draws, where the values are not one for each draw and place, and
 * unless `mass` lies between 0 and 1.
 *
 * @example Three draws at two places
 * ```ts
 * import { coverage, predictiveIntervals } from "@pyrosaur/pyrosaur/statistics";
 * import assert from "node:assert/strict";
 *
 * const predictions = { data: [0, 10, 1, 20, 2, 30], draws: 3, places: 2 };
 * const intervals = predictiveIntervals(predictions, 0.5);
 * assert.deepEqual([...intervals.mean], [1, 20]);
 * assert.deepEqual([...intervals.low], [0.5, 15]);
 * assert.equal(coverage(intervals, [1.5, 40]), 0.5);
 * ```
 */
export function predictiveIntervals({ data, draws, places }: Predictions, mass = 0.9): Intervals {
  if (data.length !== draws * places || draws < 2) {
    throw new Error(
      `Cannot take intervals: found ${data.length} values, expected ${draws} draws (2 or more) of ${places} places`,
    );
  }
  const low = new Float64Array(places), high = new Float64Array(places), middle = new Float64Array(places);
  const column = new Float64Array(draws);
  for (let j = 0; j < places; j++) {
    for (let k = 0; k < draws; k++) column[k] = data[k * places + j];
    middle[j] = mean(column);
    ({ low: low[j], high: high[j] } = interval(column, mass));
  }
  return { low, high, mean: middle };
}

/**
 * Returns the share of observations that lie within their intervals: of calibrated predictions,
 * about the mass of the intervals.
 *
 * @throws Error unless there is one observation for each interval.
 */
export function coverage(
  { low, high }: Pick<Intervals, "low" | "high">,
  observed: ArrayLike<number>,
): number {
  if (observed.length !== low.length || low.length === 0) {
    throw new Error(
      `Cannot take a coverage: found ${observed.length} observations for ${low.length} intervals, expected one each`,
    );
  }
  let inside = 0;
  for (let j = 0; j < low.length; j++) inside += Number(observed[j] >= low[j] && observed[j] <= high[j]);
  return inside / low.length;
}
