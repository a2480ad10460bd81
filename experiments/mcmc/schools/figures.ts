import type { SummaryRow } from "@pyrosaur/pyrosaur/infer";
import { type ChainDraws, chart, type Figure, intervals, points } from "@pyrosaur/pyrosaur/plot";
import { scatterFigure } from "../scatter.ts";
import { effects } from "./model.ts";

/** Draws of the effect in the first school and of the effects' standard deviation. */
export const neckFigure = (runs: Readonly<Record<string, ChainDraws>>): Figure =>
  scatterFigure(runs, ["theta", "tau"], {
    title: "Eight schools: draws, and divergences in orange",
    x: "effect in the first school",
    y: "tau",
    logY: true,
    xDomain: [-30, 50],
    yDomain: [0.003, 50],
  });

/** The effects of schools as they were estimated, and their posterior means with 89% intervals. */
export function effectsFigure(rows: readonly SummaryRow[]): Figure {
  const own = rows.filter(({ name }) => name.startsWith("theta[")), x = own.map((_, i) => i + 1);
  return chart([
    intervals({ x, low: own.map(({ low }) => low), high: own.map(({ high }) => high), color: "#0072b2" }),
    points({ x, y: own.map(({ mean }) => mean), by: "posterior" }),
    points({ x, y: effects, by: "estimate of its own" }),
  ], { title: "Effects of coaching: shrunk to each other", x: "school", y: "points", xDomain: [0.5, 8.5] });
}
