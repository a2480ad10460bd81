import { type ColumnTable, table } from "arquero";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import type { Fit } from "./task.ts";
import { PUBLISHED } from "./targets.ts";

/**
 * The table of the tutorial with more columns: for each number of flows the published test NLL,
 * ours (at the epoch that was best on the validation part, and at the last one, as published) and
 * the importance-weighted bounds.
 *
 * @param counts the numbers of draws that the bounds are of
 * @param withPublished whether the published figures are of the same data
 */
export function nllTable(
  fits: readonly Fit[],
  counts: readonly number[],
  withPublished: boolean,
): ColumnTable {
  const digits = (value: number) => value.toFixed(3);
  return table({
    num_iafs: fits.map((fit) => fit.numIafs),
    ...(withPublished && { published: fits.map(({ numIafs }) => PUBLISHED[numIafs] ?? null) }),
    "test NLL": fits.map((fit) => digits(mean(fit.testNll))),
    "last epoch": fits.map((fit) => digits(mean(fit.lastTestNll))),
    ...Object.fromEntries(counts.map((k, i) => [`IW, K=${k}`, fits.map((fit) => digits(fit.bounds[i]))])),
    "validation NLL": fits.map((fit) => digits(mean(fit.validNll))),
    "best epoch": fits.map((fit) => fit.bestEpoch),
    seconds: fits.map((fit) => Math.round(fit.seconds)),
  });
}
