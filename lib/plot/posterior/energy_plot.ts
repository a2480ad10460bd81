import { checkOptions } from "../../system/mod.ts";
import { bfmi, chainsOf, kernelDensity, mean, pooled } from "../../statistics/mod.ts";
import { chart, chartNames, type ChartOptions } from "../chart.ts";
import type { Figure } from "../figure.ts";
import { band, line } from "../marks.ts";
import type { ChainDraws } from "./chain_draws.ts";

/**
 * Returns a figure of the energies of chains: their density around the mean, and that of their
 * changes from draw to draw, as ArviZ's `plot_energy`. Where the changes are much narrower, momenta
 * do not carry a chain into the tails (Betancourt 2016); `bfmi` is the number for it.
 *
 * @param result chains, as `MCMC.run` returns them
 *
 * Throws where energies do not vary.
 *
 * @example Energies that are independent of one another
 * ```ts
 * import { energyPlot } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const data = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
 * const figure = energyPlot({ extraFields: { energy: { data, shape: [2, 100] } } });
 * assert.match(await figure.toSVG(), /transition/);
 * ```
 */
export function energyPlot(result: Pick<ChainDraws, "extraFields">, options: ChartOptions = {}): Figure {
  checkOptions("draw energies", options, chartNames);
  const energies = chainsOf(result.extraFields.energy), all = pooled(energies), middle = mean(all);
  const densities = {
    marginal: Array.from(all, (energy) => energy - middle),
    transition: energies.flatMap((chain) => Array.from(chain.subarray(1), (energy, i) => energy - chain[i])),
  };
  const marks = Object.entries(densities).flatMap(([by, values]) => {
    const { x, density } = kernelDensity(values, 120);
    return [band({ x, low: x.map(() => 0), high: density, by }), line({ x, y: density, by })];
  });
  const each = bfmi(energies).map((fraction) => fraction.toFixed(2)).join(", ");
  return chart(marks, {
    x: "energy, from its mean",
    y: "density",
    subtitle: `BFMI by chain: ${each}`,
    ...options,
  });
}
