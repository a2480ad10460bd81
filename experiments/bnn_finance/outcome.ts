import { mean, standardError } from "@pyrosaur/pyrosaur/statistics";
import type { Forecast, Score } from "./scores.ts";
import { type Method, METHODS } from "./settings.ts";
import type { SplitResult } from "./task.ts";

/** A mean, with its standard error where there are several values. */
export interface Estimate {
  /** The mean. */
  readonly value: number;
  /** Its standard error; NaN of a single value. */
  readonly se: number;
  /** The number of values. */
  readonly n: number;
}

/** The mean of independent values. */
export const estimate = (values: readonly number[]): Estimate => ({
  value: mean(values),
  se: standardError(values),
  n: values.length,
});

/** The results of one forecast on all splits. */
export class Outcome {
  /** On the split of the text. */
  readonly source: SplitResult;
  /** On the splits that roll through the series, the oldest first. */
  readonly rolling: readonly SplitResult[];

  /** The results of a forecast among all of them. */
  constructor(readonly method: Method, results: readonly SplitResult[]) {
    const own = results.filter((result) => result.method === method);
    this.source = own.find(({ split }) => split === "source")!;
    this.rolling = own.filter(({ split }) => split !== "source").sort((a, b) => a.split < b.split ? -1 : 1);
  }

  /** True where there are several seeds. */
  get isDrawn(): boolean {
    return this.source.scores.length > 1;
  }

  /** A score on the split of the text, one value a seed. */
  onSource(score: Score): number[] {
    return this.source.scores.map((scores) => scores[score]);
  }

  /** A score on each rolling split, the mean of the seeds. */
  onWindows(score: Score): number[] {
    return this.rolling.map(({ scores }) => mean(scores.map((own) => own[score])));
  }

  /** A score of each seed, the mean of the rolling splits. */
  ofSeeds(score: Score): number[] {
    return this.source.scores.map((_, seed) => mean(this.rolling.map(({ scores }) => scores[seed][score])));
  }

  /** The differences of a score from another forecast's, split by split. */
  minus(other: Outcome, score: Score): number[] {
    const of = other.onWindows(score);
    return this.onWindows(score).map((value, i) => value - of[i]);
  }

  /** The forecasts of the text's test, with the first seed. */
  get forecast(): Forecast {
    return this.source.forecast;
  }
}

/** The outcomes of all forecasts by name. */
export function outcomesOf(results: readonly (readonly SplitResult[])[]): Readonly<Record<Method, Outcome>> {
  const all = results.flat();
  return Object.fromEntries(METHODS.map((method) => [method, new Outcome(method, all)])) as Record<
    Method,
    Outcome
  >;
}
