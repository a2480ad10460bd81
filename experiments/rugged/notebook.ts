/**
 * The parts that the experiment and its notebook share: the data, summaries of draws, and figures.
 *
 * @module
 */
export { countriesOf, tensorsOf } from "./countries.ts";
export { crossSectionsFigure, dataFigure, fitFigure, predictiveFigure, slopesFigure } from "./figures.ts";
export { leastSquares } from "./least_squares.ts";
export { coefficientsOf, predictionsOf } from "./posterior.ts";
export { slopesOf } from "./slopes.ts";
export { summaryTable } from "./summary.ts";
