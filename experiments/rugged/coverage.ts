import { interval, mean } from "@pyrosaur/pyrosaur/statistics";

/** Predictions of a variable at n places: draws in rows, places in columns. */
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

/** The central intervals that hold `mass` of the predictions, place by place. */
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

/** The share of observations that lie within their intervals. */
export function coverage({ low, high }: Intervals, observed: ArrayLike<number>): number {
  let inside = 0;
  for (let j = 0; j < low.length; j++) inside += Number(observed[j] >= low[j] && observed[j] <= high[j]);
  return inside / low.length;
}
