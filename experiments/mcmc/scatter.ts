import {
  type ChainDraws,
  type ChartOptions,
  facets,
  type Figure,
  type Mark,
  points,
} from "@pyrosaur/pyrosaur/plot";
import { chainsOf, evenlySpaced, pooled } from "@pyrosaur/pyrosaur/statistics";

/** Draws without, and with a divergence that are shown. */
const MOST = [600, 300] as const;

/** Draws of the first numbers of two sites, a plane for each run, with divergences in orange. */
export function scatterFigure(
  runs: Readonly<Record<string, ChainDraws>>,
  [x, y]: readonly [x: string, y: string],
  options: ChartOptions & { readonly columns?: number },
): Figure {
  const planes = Object.entries(runs).map(([name, { chains, extraFields }]) => {
    const [across, up, diverging] = [chains[x], chains[y], extraFields.diverging].map((array) =>
      pooled(chainsOf(array))
    );
    const dots = ([0, 1] as const).flatMap((which): Mark[] => {
      const all = Array.from(diverging.keys()).filter((i) => diverging[i] === which);
      const shown = evenlySpaced(all, MOST[which]);
      const [color, size, opacity] = which ? ["#d55e00", 24, 0.9] : ["#0072b2", 6, 0.4];
      return shown.length === 0
        ? []
        : [points({ x: shown.map((i) => across[i]), y: shown.map((i) => up[i]), color, size, opacity })];
    });
    return [name, dots] as const;
  });
  return facets(Object.fromEntries(planes), options);
}
