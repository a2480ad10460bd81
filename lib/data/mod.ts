/** Data sets by name: pinned files, looked for and checked, and their simulated twins. @module */
export type { DataChoice, DataFile, Dataset, ResolvedDataset, Simulation } from "./dataset.ts";
export { type DatasetName, datasets, type DatasetTypes } from "./catalogue.ts";
export { findDataset, loadDataset, locateDataset, resolveDataset, type ResolveOptions } from "./resolve.ts";
export { isFetched, locate, type Located, type LocateOptions, UnusableDataError } from "./locate.ts";
export { download, type Timeouts } from "./download.ts";
export { cacheDir } from "../system/mod.ts";
export { closest } from "../system/mod.ts";
export { sha256 } from "../system/mod.ts";
export { writeFileAtomic } from "../system/mod.ts";
export type { Chorales, Chord, Polyphonic } from "./sets/polyphonic/types.ts";
export { parsePolyphonic } from "./sets/polyphonic/parse.ts";
export { type ChoraleStatistics, choraleStatistics } from "./sets/polyphonic/statistics.ts";
export { type NoteBaselines, noteBaselines } from "./sets/polyphonic/baselines.ts";
export { estimateParameters, type ShownParameters } from "./sets/polyphonic/composer/recovery.ts";
export type { ChoraleParameters } from "./sets/polyphonic/composer/parameters.ts";
export type { LabelledImages, Mnist } from "./sets/mnist.ts";
