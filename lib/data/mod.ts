/**
 * Data sets by name: pinned files, looked for and checked, and their simulated twins; and series of
 * days, cut into windows for forecasts.
 *
 * @module
 */
export * from "./dataset.ts";
export * from "./catalogue.ts";
export * from "./resolve.ts";
export * from "./locate.ts";
export * from "./batches.ts";
export { download, type Timeouts } from "./download.ts";
export { cacheDir, closest, sha256, writeFileAtomic } from "../system/mod.ts";
export type { Chorales, Chord, Polyphonic } from "./sets/polyphonic/types.ts";
export { parsePolyphonic } from "./sets/polyphonic/parse.ts";
export { type ChoraleStatistics, choraleStatistics } from "./sets/polyphonic/statistics.ts";
export { type NoteBaselines, noteBaselines } from "./sets/polyphonic/baselines.ts";
export { estimateParameters, type ShownParameters } from "./sets/polyphonic/composer/recovery.ts";
export type { ChoraleParameters } from "./sets/polyphonic/composer/parameters.ts";
export type { LabelledImages, Mnist } from "./sets/mnist.ts";
export * from "./series/daily_series.ts";
export * from "./series/relative_changes.ts";
export * from "./series/rolling_origins.ts";
export * from "./series/windows.ts";
