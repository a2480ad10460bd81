import { crps, crpsNormal, interval, logScore, logScoreNormal, mean } from "@pyrosaur/pyrosaur/statistics";

/** The scores, in the order of the tables. */
export const SCORES = ["mse", "mae", "log_score", "crps", "coverage50", "coverage90"] as const;

/** The name of a score. */
export type Score = typeof SCORES[number];

/** The mean of each score over the days of a test. */
export type Scores = Readonly<Record<Score, number>>;

/** The forecasts of a test: a mean and the ends of an interval of 90% for each day. */
export interface Forecast {
  /** Means. */
  readonly mean: Float64Array;
  /** Lower ends. */
  readonly low: Float64Array;
  /** Upper ends. */
  readonly high: Float64Array;
}

/** Forecasts of a test with their scores. */
export interface Scored {
  /** The scores. */
  readonly scores: Scores;
  /** The forecasts. */
  readonly forecast: Forecast;
}

/** The standard normal's quantiles of probability 0.75 and 0.95. */
const Z50 = 0.6744897501960817, Z90 = 1.6448536269514722;

const over = (days: number, of: (day: number) => number): number =>
  mean(Float64Array.from({ length: days }, (_, day) => of(day)));

const isWithin = (y: number, { low, high }: { low: number; high: number }): number =>
  Number(y >= low && y <= high);

/** Scores normal forecasts, one a day; of one standard deviation. */
export function normalScores(means: Float64Array, sd: number, y: Float64Array): Scored {
  const within = (half: number) => over(y.length, (i) => Number(Math.abs(y[i] - means[i]) <= half));
  return {
    scores: {
      mse: over(y.length, (i) => (y[i] - means[i]) ** 2),
      mae: over(y.length, (i) => Math.abs(y[i] - means[i])),
      log_score: over(y.length, (i) => logScoreNormal(means[i], sd, y[i])),
      crps: over(y.length, (i) => crpsNormal(means[i], sd, y[i])),
      coverage50: within(Z50 * sd),
      coverage90: within(Z90 * sd),
    },
    forecast: {
      mean: means,
      low: means.map((m) => m - Z90 * sd),
      high: means.map((m) => m + Z90 * sd),
    },
  };
}

/** Forecasts that are known by draws of the predictive distribution. */
export interface DrawnForecasts {
  /** The means of the days, which may be known better than by the draws: [days]. */
  readonly means: Float64Array;
  /** The draws, [draws, days]. */
  readonly draws: ArrayLike<number>;
  /**
   * The logarithms of densities at what came, [parts, days]: the predictive density is their mean.
   */
  readonly logDensities: ArrayLike<number>;
}

/** Scores forecasts that are known by draws. */
export function drawnScores({ means, draws, logDensities }: DrawnForecasts, y: Float64Array): Scored {
  const days = y.length;
  const column = (values: ArrayLike<number>, day: number) =>
    Float64Array.from({ length: values.length / days }, (_, k) => values[k * days + day]);
  const columns = Array.from(y, (_, day) => column(draws, day));
  const ends = columns.map((values) => interval(values, 0.9));
  return {
    scores: {
      mse: over(days, (i) => (y[i] - means[i]) ** 2),
      mae: over(days, (i) => Math.abs(y[i] - means[i])),
      log_score: over(days, (i) => logScore(column(logDensities, i))),
      crps: over(days, (i) => crps(columns[i], y[i])),
      coverage50: over(days, (i) => isWithin(y[i], interval(columns[i], 0.5))),
      coverage90: over(days, (i) => isWithin(y[i], ends[i])),
    },
    forecast: {
      mean: means,
      low: Float64Array.from(ends, ({ low }) => low),
      high: Float64Array.from(ends, ({ high }) => high),
    },
  };
}
