/**
 * The parts that the experiment and its notebook share: splits, regressions, tables and figures.
 *
 * @module
 */
export { dataFigure } from "./figures.ts";
export { LinearForecasts } from "./linear.ts";
export { arraysOf } from "./rows.ts";
export { drawnScores, normalScores } from "./scores.ts";
export { changesOf, pricesOf, rollingSplits, sourceSplit } from "./series.ts";
export { common } from "./settings.ts";
export { PRINTED } from "./weights.ts";
