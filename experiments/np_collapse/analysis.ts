/**
 * What the experiment's notebook takes from it: the system, its figures, and the results that were
 * stored.
 *
 * @module
 */
import { type StoredResult, storedResult as stored } from "../../lib/results/stored.ts";

export { common, settings } from "./config.ts";
export { divergence, PRINTED, printedDivergences } from "./explanation.ts";
export { divergenceFigure } from "./figures.ts";
export { column, GRID, processWith, X, Y } from "./system.ts";
export { textLoss } from "./text_loss.ts";
export type { StoredResult };

/** The stored run of the best profile there is. Throws (rejects) where no run is stored that succeeded. */
export const storedResult = (folder: string): Promise<StoredResult> => stored("np_collapse", folder);
