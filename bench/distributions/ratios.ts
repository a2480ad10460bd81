import { median } from "../../lib/statistics/mod.ts";
import type { Measurement } from "../shared/measurement.ts";

/** The ratios of our times to a peer's, of draws or of log densities. */
export interface Ratios {
  /** `log_prob` or `sample`. */
  readonly what: string;
  /** The median over the families. */
  readonly median: number;
  /** The number of families. */
  readonly of: number;
  /** The families whose ratio is above 3, the greatest first. */
  readonly high: readonly { readonly name: string; readonly ratio: number }[];
}

/** The ratio above which families are named. */
const HIGH = 3;

/** Returns the ratios to the times of a peer; none where it was not measured. */
export function ratiosToPeer(results: readonly Measurement[], peer: string): Ratios[] {
  const values = new Map(results.map(({ name, value }) => [name, value]));
  return ["log_prob", "sample"].flatMap((what) => {
    const all = [...values].flatMap(([path, ours]) => {
      const [, name, kind, ...rest] = path.split("/"), theirs = values.get(`${path}/peer=${peer}`);
      return theirs && kind === `${what}_ns` && rest.length === 0 ? [{ name, ratio: ours / theirs }] : [];
    });
    if (all.length === 0) return [];
    const high = all.filter(({ ratio }) => ratio > HIGH).sort((a, b) => b.ratio - a.ratio);
    return [{ what, median: median(all.map(({ ratio }) => ratio)), of: all.length, high }];
  });
}

/** Describes ratios in a line each, then the high ones. */
export function describe(ratios: readonly Ratios[]): string[] {
  return ratios.flatMap(({ what, median, of, high }) => [
    `${what}: median ${median.toFixed(2)} of ${of} families, ${high.length} above ${HIGH}`,
    ...high.map(({ name, ratio }) => `  ${name} ${ratio.toFixed(1)}`),
  ]);
}
