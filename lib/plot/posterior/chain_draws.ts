import { indexNames, type OptionNames } from "../../system/mod.ts";
import { chainsOf } from "../../statistics/mod.ts";
import type { HostArray, Tensor } from "../../tensor/mod.ts";
import { chartNames, type ChartOptions } from "../chart.ts";

/** Arrays by name. */
export type NamedArrays = Readonly<Record<string, HostArray | Tensor>>;

/** The draws of chains, as `MCMC.run` returns them. */
export interface ChainDraws {
  /** Values by name, `[chains, draws, ...shape of the site]`. */
  readonly chains: NamedArrays;
  /** Statistics of transitions by name, `[chains, draws]`. */
  readonly extraFields: NamedArrays;
}

/** Options of figures of draws. */
export interface PosteriorPlotOptions extends ChartOptions {
  /** The sites to show, or single numbers of them, such as `"theta[2]"` (default: all). */
  readonly sites?: readonly string[];
}

/** The names of the options of figures of draws. */
export const posteriorNames: OptionNames<PosteriorPlotOptions> = { ...chartNames, sites: true };

/** The draws of one number. */
export interface DrawnNumber {
  /** The name of its site, with its place: `theta[2]`. */
  readonly name: string;
  /** A list for each chain. */
  readonly chains: readonly Float64Array[];
}

/**
 * Returns the draws of the numbers that a figure shows.
 *
 * @param what the figure, for messages
 * @param most the most numbers that it has room for
 * @throws Error for sites that there are not, and for none or too many numbers.
 */
export function numbersOf(
  what: string,
  chains: NamedArrays,
  sites: readonly string[] | undefined,
  most: number,
): DrawnNumber[] {
  const all = Object.entries(chains).flatMap(([site, array]) =>
    indexNames(array.shape.slice(2)).map((place, at) => ({ name: site + place, site, array, at }))
  );
  const asked = sites?.flatMap((wanted) => {
    const found = all.filter(({ name, site }) => name === wanted || site === wanted);
    if (found.length > 0) return found;
    throw new Error(
      `Cannot draw ${what} of "${wanted}": the sites are ${Object.keys(chains).join(", ") || "none"}`,
    );
  }) ?? all;
  if (asked.length === 0 || asked.length > most) {
    throw new Error(
      `Cannot draw ${what}: found ${asked.length} numbers, expected 1 to ${most}; name some in the option sites`,
    );
  }
  return asked.map(({ name, array, at }) => {
    if (array.shape[1] > 0) return { name, chains: chainsOf(array, at) };
    throw new Error(`Cannot draw ${what}: "${name}" has no draws`);
  });
}
