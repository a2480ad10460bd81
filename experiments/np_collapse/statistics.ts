/** The quantiles that are reported. */
export const QUANTILES = { q10: 0.1, q25: 0.25, median: 0.5, q75: 0.75, q90: 0.9 } as const;

const finiteSorted = (values: readonly number[]): number[] =>
  values.filter(Number.isFinite).sort((a, b) => a - b);

/** A quantile of sorted values, between neighbours in proportion, as NumPy's. */
function at(sorted: readonly number[], p: number): number {
  const place = Math.min(1, Math.max(0, p)) * (sorted.length - 1), low = Math.floor(place);
  return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** A quantile of those that are finite. @throws Error where there are none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = finiteSorted(values);
  if (sorted.length === 0) {
    throw new Error(`Cannot take a quantile: none of ${values.length} values is finite`);
  }
  return at(sorted, p);
}

/** The standard error of a quantile: half the distance between the order statistics a standard deviation of their ranks away. */
export function quantileError(values: readonly number[], p: number): number {
  const sorted = finiteSorted(values), apart = Math.sqrt(p * (1 - p) / sorted.length);
  return (at(sorted, p + apart) - at(sorted, p - apart)) / 2;
}

/** A share of so many. */
export interface Share {
  readonly rate: number;
  /** Its standard error. */
  readonly se: number;
  readonly n: number;
  /** The interval that holds 95% (Wilson 1927), sensible also where none or all are counted. */
  readonly interval: readonly [low: number, high: number];
}

/** The share of those that are true. */
export function share(flags: readonly boolean[]): Share {
  const n = flags.length, rate = flags.filter(Boolean).length / n, z = 1.959964;
  const middle = (rate + z * z / (2 * n)) / (1 + z * z / n);
  const half = z / (1 + z * z / n) * Math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
  return { rate, se: half / z, n, interval: [Math.max(0, middle - half), Math.min(1, middle + half)] };
}
