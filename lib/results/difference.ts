import { mean, standardError, studentTail } from "../statistics/mod.ts";
import type { Metric, RunRecord } from "./record.ts";

/** The difference of a metric between two runs. */
export interface Difference {
  /** `after - before`; null where either is not finite. */
  readonly change: number | null;
  /** Its standard error; null where neither side has one. */
  readonly se: number | null;
  /** The number of seeds that both sides were held against each other by; null: they were not. */
  readonly pairs: number | null;
  /** Degrees of freedom of the standard error; null where a side's error is unknown. */
  readonly degrees: number | null;
}

const isWhole = (values: Metric["values"] | undefined): values is number[] =>
  values !== null && values !== undefined && values.length > 1 && values.every((value) => value !== null);

/**
 * Returns the difference of a metric. Where both runs have a value for each of the same seeds, its
 * error is that of the differences by seed; else it is that of independent values, its degrees of
 * freedom by Welch and Satterthwaite.
 *
 * @param seeds the seeds of both sides
 */
export function differenceOf(
  before: Metric | undefined,
  after: Metric | undefined,
  seeds: readonly [RunRecord["seeds"], RunRecord["seeds"]],
): Difference {
  const from = before?.value ?? null, to = after?.value ?? null;
  const change = from === null || to === null ? null : to - from;
  const b = before?.values, a = after?.values;
  const isPaired = isWhole(b) && isWhole(a) && b.length === a.length && seeds[0].join() === seeds[1].join();
  if (isPaired) {
    const differences = a.map((value, i) => value - b[i]), pairs = differences.length;
    return { change: mean(differences), se: standardError(differences), pairs, degrees: pairs - 1 };
  }
  const errors = [before?.se ?? null, after?.se ?? null], pairs = null;
  const se = errors[0] === null && errors[1] === null ? null : Math.hypot(errors[0] ?? 0, errors[1] ?? 0);
  if (errors[0] === null || errors[1] === null) return { change, se, pairs, degrees: null };
  // An error that comes with one value is known by itself.
  const parts = [before!, after!].map(({ se, n }) => n > 1 ? se! ** 4 / (n - 1) : 0);
  const sum = parts[0] + parts[1];
  return { change, se, pairs, degrees: sum > 0 ? Math.max(1, se! ** 4 / sum) : Infinity };
}

/** Returns by how much a metric got worse; null where nothing says which way that is. */
function worsening({ direction, target, value }: Metric, before: number | null): number | null {
  if (value === null || before === null) return null;
  if (direction !== "target") return direction === "lower" ? value - before : before - value;
  return target && Math.abs(value - target.value) - Math.abs(before - target.value);
}

/**
 * Returns the probability that a metric gets as much worse by chance, where nothing has changed:
 * one-sided for the directions `lower` and `higher`, an upper bound for `target`. Null where no
 * error is known.
 */
export function chanceOf(before: Metric, after: Metric, { se, degrees }: Difference): number | null {
  const worse = worsening(after, before.value), sides = after.direction === "target" ? 2 : 1;
  if (worse === null || se === null || degrees === null) return null;
  if (worse <= 0 || se === 0) return worse > 0 ? 0 : 1;
  return Math.min(1, sides * studentTail(worse / se, degrees));
}

/**
 * Returns which of several hypotheses are rejected, by Holm's method: where all are true, any is
 * rejected with a probability of at most `rate`, however they depend on each other.
 *
 * @param chances the p-values
 *
 * Source: Holm (1979), A simple sequentially rejective multiple test procedure.
 */
export function holm(chances: readonly number[], rate: number): boolean[] {
  const order = chances.map((_, i) => i).sort((i, j) => chances[i] - chances[j]);
  const rejected = chances.map(() => false);
  for (const [place, i] of order.entries()) {
    if (chances[i] > rate / (chances.length - place)) break;
    rejected[i] = true;
  }
  return rejected;
}
