import { type ChainDraws, facets, type Figure, points } from "@pyrosaur/pyrosaur/plot";
import { chainsOf, evenlySpaced, pooled } from "@pyrosaur/pyrosaur/statistics";

/** Draws that are shown. */
const MOST = 600;

/** Draws of the two locations against each other. */
export function locationsFigure(runs: Readonly<Record<string, Pick<ChainDraws, "chains">>>): Figure {
  const planes = Object.entries(runs).map(([name, { chains: { locs } }]) => {
    const [x, y] = [0, 1].map((i) => evenlySpaced(pooled(chainsOf(locs, i)), MOST));
    return [name, [points({ x, y, size: 6, opacity: 0.4 })]] as const;
  });
  return facets(Object.fromEntries(planes), {
    title: "Draws of the two locations",
    x: "locs[0]",
    y: "locs[1]",
    xDomain: [-25, 25],
    yDomain: [-25, 25],
  });
}
