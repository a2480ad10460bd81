/**
 * The parts that the experiment and its notebook share: the system, figures, and the text's loss.
 *
 * @module
 */
export { divergence, PRINTED, printedDivergences } from "./explanation.ts";
export { divergenceFigure } from "./figures.ts";
export { common, settings } from "./settings.ts";
export { column, GRID, processWith, X, Y } from "./system.ts";
export { textLoss } from "./text_loss.ts";
