import { checkOptions } from "../../system/mod.ts";
import { essBulk, essTail } from "../../statistics/mod.ts";
import { facets } from "../chart.ts";
import type { Figure } from "../figure.ts";
import { line, reference } from "../marks.ts";
import { type ChainDraws, numbersOf, posteriorNames, type PosteriorPlotOptions } from "./chain_draws.ts";

/** The numbers of draws at which sizes are computed. */
const POINTS = 20;

/** The effective sample size for each chain that Vehtari et al. ask for. */
const LEAST = 100;

/**
 * Returns a figure of effective sample sizes, for the bulk and the tails, by the number of draws so
 * far, as ArviZ's `plot_ess_evolution`: they grow in proportion where chains mix. The dashed line
 * is 100 for each chain, below which R-hat itself is not to be relied on (Vehtari et al. 2021).
 *
 * @param result chains, as `MCMC.run` returns them
 *
 * Throws for sites that there are not, for more than 40 numbers, and for fewer than 8 draws.
 *
 * @example Independent draws
 * ```ts
 * import { essPlot } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const data = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
 * const figure = essPlot({ chains: { mu: { data, shape: [2, 100] } } });
 * assert.match(await figure.toSVG(), /bulk/);
 * ```
 */
export function essPlot(result: Pick<ChainDraws, "chains">, options: PosteriorPlotOptions = {}): Figure {
  checkOptions("draw effective sample sizes", options, posteriorNames);
  const { sites, ...texts } = options;
  const numbers = numbersOf("effective sample sizes", result.chains, sites, 40);
  const [{ chains: { length: count, [0]: { length: draws } } }] = numbers,
    points = Math.min(POINTS, draws >> 2);
  if (points < 2) {
    throw new Error(
      `Cannot draw effective sample sizes: found chains of ${draws} draws, expected at least 8`,
    );
  }
  const lengths = Array.from({ length: points }, (_, i) => Math.round((i + 1) * draws / points));
  const marks = (size: typeof essBulk) => [
    ...numbers.map(({ name, chains }) =>
      line({
        x: lengths.map((length) => length * count),
        y: lengths.map((length) => size(chains.map((chain) => chain.subarray(0, length)))),
        by: name,
      })
    ),
    reference({ y: LEAST * count }),
  ];
  return facets({ bulk: marks(essBulk), tails: marks((chains) => essTail(chains)) }, {
    x: "draws of all chains",
    y: "effective sample size",
    ...texts,
  });
}
