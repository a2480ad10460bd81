/** Data sets by name: pinned files, looked for and checked, and their simulated twins. @module */
export type { DataChoice, DataFile, Dataset, ResolvedDataset, Simulation } from "./dataset.ts";
export { type DatasetName, datasets, type DatasetTypes } from "./catalogue.ts";
export { findDataset, loadDataset, locateDataset, resolveDataset, type ResolveOptions } from "./resolve.ts";
export { locate, type Located, type LocateOptions, UnusableDataError } from "./locate.ts";
export { download, type Timeouts } from "./download.ts";
export { cacheDir } from "./cache_dir.ts";
export { closest } from "./closest.ts";
export { sha256 } from "./sha256.ts";
export { writeFileAtomic } from "./write_file.ts";
export type { Chorales, Chord, JsbSplits } from "./sets/jsb.ts";
export type { LabelledImages, Mnist } from "./sets/mnist.ts";
