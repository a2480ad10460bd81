import type { ChainDraws, Figure } from "@pyrosaur/pyrosaur/plot";
import { scatterFigure } from "../scatter.ts";

/** Draws of the first number in the neck and of the logarithm of its variance. */
export const funnelFigure = (runs: Readonly<Record<string, ChainDraws>>): Figure =>
  scatterFigure(runs, ["x", "y"], {
    title: "Neal's funnel: draws, and divergences in orange",
    x: "x[0]",
    y: "y",
    xDomain: [-30, 30],
    yDomain: [-10, 10],
    width: 240,
    columns: 2,
  });
