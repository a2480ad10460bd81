import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { interval, median, pooled } from "../../statistics/mod.ts";
import { chart } from "../chart.ts";
import { quantitative, rows, styled } from "../encode.ts";
import type { Figure } from "../figure.ts";
import {
  type ChainDraws,
  type NamedArrays,
  numbersOf,
  posteriorNames,
  type PosteriorPlotOptions,
} from "./chain_draws.ts";

/** Options of `forestPlot`. */
export interface ForestPlotOptions extends PosteriorPlotOptions {
  /** The shares of the draws that the thick and the thin interval hold (default [0.5, 0.9]). */
  readonly masses?: readonly [number, number];
  /** Shows each chain apart (default false). */
  readonly byChain?: boolean;
}

const optionNames: OptionNames<ForestPlotOptions> = { ...posteriorNames, masses: true, byChain: true };

/** Draws: chains, or values by name with draws along the first axis, such as those of a guide. */
export type Posterior = Pick<ChainDraws, "chains"> | NamedArrays;

/** Tells arrays by name from a record of anything else. */
const areArrays = (given: unknown): given is NamedArrays =>
  typeof given === "object" && given !== null &&
  Object.values(given).every((one) => Array.isArray((one as { shape?: unknown })?.shape));

/** Returns the chains of a posterior; undefined for what is none. */
function chainsIn(given: unknown): NamedArrays | undefined {
  const { chains } = given as Partial<ChainDraws>;
  if (areArrays(chains)) return chains;
  if (!areArrays(given)) return undefined;
  const asOne = (array: NamedArrays[string]) =>
    "dataSync" in array
      ? array.reshape([1, ...array.shape])
      : { data: array.data, shape: [1, ...array.shape] };
  return Object.fromEntries(Object.entries(given).map(([name, array]) => [name, asOne(array)]));
}

/**
 * Returns a figure of medians and intervals of numbers, one below the other, as ArviZ's
 * `plot_forest`: of one posterior, or of several by name, to compare them.
 *
 * @param posteriors a result of `MCMC.run`, draws by name, or a record of such
 *
 * Throws for sites that there are not, and for more than 60 numbers.
 *
 * @example A posterior beside its guide
 * ```ts
 * import { forestPlot } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const data = Float64Array.of(1, 2, 3, 4);
 * const figure = forestPlot({
 *   NUTS: { chains: { mu: { data, shape: [2, 2] } } },
 *   guide: { mu: { data, shape: [4] } },
 * });
 * assert.match(await figure.toSVG(), /guide/);
 * ```
 */
export function forestPlot(
  posteriors: Posterior | Readonly<Record<string, Posterior>>,
  options: ForestPlotOptions = {},
): Figure {
  checkOptions("draw a forest", options, optionNames);
  const { sites, masses: [inner, outer] = [0.5, 0.9], byChain = false, ...texts } = options;
  const one = chainsIn(posteriors);
  const models: [string | undefined, NamedArrays][] = one
    ? [[undefined, one]]
    : Object.entries(posteriors).map(
      ([name, posterior]) => {
        const chains = chainsIn(posterior);
        if (chains) return [name, chains];
        throw new Error(`Cannot draw a forest: "${name}" is no record of draws`);
      },
    );
  const bars = models.flatMap(([model, arrays]) =>
    numbersOf("a forest", arrays, sites, 60).flatMap(({ name, chains }) =>
      (byChain ? chains : [pooled(chains)]).map((draws, c) => ({
        name,
        by: [model, byChain ? `chain ${c + 1}` : undefined].filter(Boolean).join(", "),
        draws,
      }))
    )
  );
  const by = bars.map((bar) => bar.by), isGrouped = by[0] !== "", names = bars.map(({ name }) => name);
  const group = isGrouped ? { by } : { color: "#0072b2" };
  const places = {
    y: { field: "name", type: "nominal", sort: null, axis: { grid: false } },
    ...(isGrouped && { yOffset: { field: "by", type: "nominal", sort: null } }),
  };
  const layer = (columns: Record<string, number[]>, mark: object) => {
    const values = rows("a forest", columns, isGrouped ? by : undefined);
    const encoding = { x: quantitative("x"), ...("x2" in columns && { x2: { field: "x2" } }), ...places };
    const named = values.map((row, i) => ({ ...row, name: names[i] }));
    return styled({ data: { values: named }, mark, encoding }, group);
  };
  const span = (mass: number, size: number) => {
    const ends = bars.map(({ draws }) => interval(draws, mass));
    return layer({ x: ends.map(({ low }) => low), x2: ends.map(({ high }) => high) }, { type: "rule", size });
  };
  const marks = [
    span(outer, 1),
    span(inner, 4),
    layer({ x: bars.map(({ draws }) => median(draws)) }, {
      type: "point",
      filled: true,
      fill: "white",
      opacity: 1,
      size: 26,
    }),
  ];
  const lines = new Set(names).size * Math.max(20, 12 * new Set(by).size);
  const percent = (mass: number) => `${Math.round(100 * mass)}%`;
  const subtitle = `Medians, ${percent(inner)} and ${percent(outer)} intervals`;
  return chart(marks, { subtitle, height: lines, ...texts });
}
