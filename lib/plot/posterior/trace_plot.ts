import { checkOptions } from "../../system/mod.ts";
import { evenlySpaced } from "../../statistics/mod.ts";
import { facets } from "../chart.ts";
import { type Mark, quantitative, rows, styled } from "../encode.ts";
import type { Figure } from "../figure.ts";
import { line } from "../marks.ts";
import { type ChainDraws, numbersOf, posteriorNames, type PosteriorPlotOptions } from "./chain_draws.ts";

/** More draws of a chain than this are not told apart at a figure's width. */
const DRAWS = 400;

/** Bars of a chain. */
const BARS = 20;

/** Returns draws of a chain against their numbers. */
function thinned(chain: Float64Array): { x: number[]; y: number[] } {
  const x = evenlySpaced(Array.from(chain.keys()), DRAWS);
  return { x, y: x.map((i) => chain[i]) };
}

/** Returns the ranks of each chain's draws among all as bars, and the height of even ones. */
function rankBars(chains: readonly Float64Array[]): Mark[] {
  const owners = chains.flatMap((chain, c) => Array.from(chain, (value) => ({ value, c })));
  const n = owners.length, bars = Math.min(BARS, n);
  const counts = chains.map(() => new Array<number>(bars).fill(0));
  owners.sort((a, b) => a.value - b.value).forEach(({ c }, rank) => counts[c][Math.floor(rank * bars / n)]++);
  const most = Math.max(...counts.flat()), height = (count: number) => 0.9 * count / most;
  const columns = counts.map((own, c) => ({
    x: own.map((_, i) => i * n / bars),
    x2: own.map((_, i) => (i + 0.92) * n / bars),
    y: own.map(() => c + 0.55),
    y2: own.map((count) => c + 0.55 + height(count)),
  }));
  const y = { ...quantitative("y"), axis: { tickMinStep: 1, grid: false } };
  const encoding = { x: quantitative("x"), x2: { field: "x2" }, y };
  return [
    ...columns.map((own, c) =>
      styled({
        data: { values: rows("rank bars", own, `${c + 1}`) },
        mark: { type: "rect", opacity: 0.8 },
        encoding: { ...encoding, y2: { field: "y2" } },
      }, { by: `${c + 1}` })
    ),
    ...chains.map((chain, c) => {
      const even = c + 0.55 + height(chain.length / bars);
      return line({ x: [0, n], y: [even, even], dashed: true, color: "#333" });
    }),
  ];
}

/**
 * Returns a figure of chains: for each number the ranks of each chain's draws among all, as bars,
 * which are even where chains agree (Vehtari et al. 2021; the dashed line is their mean), and the
 * draws in their order, as ArviZ's `plot_trace` and `plot_rank`.
 *
 * @param result chains, as `MCMC.run` returns them
 *
 * Throws for sites that there are not, and for more than 40 numbers.
 *
 * @example Two chains that agree
 * ```ts
 * import { tracePlot } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const data = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
 * const figure = tracePlot({ chains: { mu: { data, shape: [2, 100] } } }, { title: "Chains" });
 * assert.match(await figure.toSVG(), /^<svg[^]*mu: ranks/);
 * ```
 */
export function tracePlot(result: Pick<ChainDraws, "chains">, options: PosteriorPlotOptions = {}): Figure {
  checkOptions("draw a trace", options, posteriorNames);
  const { sites, ...texts } = options, numbers = numbersOf("a trace", result.chains, sites, 40);
  const planes = numbers.flatMap(({ name, chains }) => [
    [`${name}: ranks`, rankBars(chains), {
      x: "rank",
      y: "chain",
      yDomain: [0.5, chains.length + 0.6] as const,
    }] as const,
    [
      `${name}: draws`,
      chains.map((chain, c) => line({ ...thinned(chain), by: `${c + 1}`, opacity: 0.7 })),
      { x: "draw" },
    ] as const,
  ]);
  return facets(Object.fromEntries(planes.map(([name, marks]) => [name, marks])), {
    width: 240,
    height: 120,
    ...texts,
    columns: 2,
    axes: Object.fromEntries(planes.map(([name, , axes]) => [name, axes])),
  });
}
