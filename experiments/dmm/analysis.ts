/**
 * What the experiment's notebook takes from it: the data as batches, the results that were stored,
 * and what the model makes of pieces.
 *
 * @module
 */
export { compositionFigure, reconstructionFigure } from "./figures.ts";
export { notesOf } from "./notes.ts";
export { chordsOf, compose, reconstruct } from "./rolls.ts";
export { batchAxes, batchOf, LOWEST, sequencesOf } from "./sequences.ts";
export { type StoredResult, storedResult } from "./stored.ts";
