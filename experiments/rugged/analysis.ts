/**
 * What the experiment and its notebook have in common: the data, what is computed from draws, and
 * the figures.
 *
 * @module
 */
export { countriesOf, tensorsOf } from "./countries.ts";
export { coverage, predictiveIntervals } from "./coverage.ts";
export { crossSectionsFigure, dataFigure, fitFigure, predictiveFigure, slopesFigure } from "./figures.ts";
export { leastSquares } from "./least_squares.ts";
export { moments } from "../../lib/statistics/mod.ts";
export { coefficientsOf, predictionsOf } from "./posterior.ts";
export { slopesOf } from "./slopes.ts";
export { summaryTable } from "./summary.ts";
