import { checkOptions } from "../../system/mod.ts";
import { arranged, plane } from "../chart.ts";
import type { Figure } from "../figure.ts";
import { points } from "../marks.ts";
import { evenlySpaced, numbersIn, pooled } from "../../statistics/mod.ts";
import { type ChainDraws, numbersOf, posteriorNames, type PosteriorPlotOptions } from "./chain_draws.ts";

/** The most draws without, and with a divergence that are shown. */
const DRAWS = 1000;

/**
 * Returns a figure of draws by pairs of numbers, the divergences on top in another colour, as
 * ArviZ's `plot_pair`: where they gather, the step size is too large for the posterior's shape.
 *
 * @param result chains, as `MCMC.run` returns them
 *
 * Throws for sites that there are not, and unless there are 2 to 8 numbers.
 *
 * @example Two numbers, one divergence
 * ```ts
 * import { pairPlot } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const array = (...data: number[]) => ({ data: Float64Array.from(data), shape: [1, 3] });
 * const result = {
 *   chains: { mu: array(1, 2, 3), tau: array(3, 1, 2) },
 *   extraFields: { diverging: array(0, 1, 0) },
 * };
 * assert.match(await pairPlot(result).toSVG(), /with divergence/);
 * ```
 */
export function pairPlot(result: ChainDraws, options: PosteriorPlotOptions = {}): Figure {
  checkOptions("draw pairs", options, posteriorNames);
  const { sites, width = 140, height = 140, ...texts } = options;
  const numbers = numbersOf("pairs", result.chains, sites, 8).map(({ name, chains }) => ({
    name,
    draws: Array.from(pooled(chains)),
  }));
  if (numbers.length < 2) {
    throw new Error(`Cannot draw pairs: found the number ${numbers[0].name} alone, expected at least 2`);
  }
  const diverging = numbersIn(result.extraFields.diverging), all = numbers[0].draws.map((_, i) => i);
  const groups = [
    { by: "draws", opacity: 0.35, at: evenlySpaced(all.filter((i) => !diverging[i]), DRAWS) },
    { by: "with divergence", opacity: 1, at: evenlySpaced(all.filter((i) => diverging[i]), DRAWS) },
  ].filter(({ at }) => at.length > 0);
  const pair = (x: typeof numbers[0], y: typeof numbers[0]) =>
    plane(
      groups.map(({ at, by, opacity }) =>
        points({ x: at.map((i) => x.draws[i]), y: at.map((i) => y.draws[i]), by, opacity, size: 10 })
      ),
      { ...texts, width, height, x: x.name, y: y.name },
    );
  const vconcat = numbers.slice(1).map((y, i) => ({
    hconcat: numbers.slice(0, i + 1).map((x) => pair(x, y)),
  }));
  return arranged({ vconcat }, texts);
}
