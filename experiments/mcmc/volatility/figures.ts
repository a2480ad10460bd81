import { band, type ChartOptions, facets, type Figure, line } from "@pyrosaur/pyrosaur/plot";
import type { Intervals } from "@pyrosaur/pyrosaur/statistics";
import type { Series } from "./series.ts";

/** Returns by day, above the volatility: mean, 90% intervals, and the truth where it is known. */
export function volatilityFigure(
  { returns, volatility }: Series,
  found: Intervals,
  options: Pick<ChartOptions, "title" | "simulated"> = {},
): Figure {
  const x = Array.from(returns, (_, day) => day + 1);
  return facets({
    returns: [line({ x, y: returns, color: "#777" })],
    volatility: [
      band({ x, low: found.low, high: found.high, color: "#d55e00" }),
      line({ x, y: found.mean, by: "posterior" }),
      ...volatility ? [line({ x, y: volatility, by: "truth", dashed: true })] : [],
    ],
  }, { x: "day", y: "% a day", columns: 1, width: 560, height: 150, ...options });
}
