// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";

/** Sorts numbers as numbers, NaN last. */
export const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();

/** Returns a quantile of sorted values, as `quantile` does. */
export function sortedQuantile(values: Float64Array, p: number): number {
  if (values.length === 0) throw new Error("Cannot take a quantile: found no values, expected at least one");
  return Number.isNaN(values.at(-1)) ? NaN : quantileSorted(values as ArrayLike<number> as number[], p)!;
}
