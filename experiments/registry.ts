import type { Experiment } from "../lib/results/mod.ts";

/** An experiment that can be run: loaded only when it is. */
export interface RegistryEntry {
  /** Its name on the command line. */
  readonly name: string;
  /** The folder of its sources, over which the record's code hash is taken. */
  readonly folder: URL;
  /** Loads it. */
  load(): Promise<Experiment>;
}

/** Every experiment, in the order in which they run. */
export const registry: readonly RegistryEntry[] = [
  {
    name: "rugged",
    folder: new URL("./rugged/", import.meta.url),
    load: async () => (await import("./rugged/mod.ts")).experiment,
  },
  {
    name: "dmm",
    folder: new URL("./dmm/", import.meta.url),
    load: async () => (await import("./dmm/mod.ts")).experiment,
  },
  {
    name: "np_collapse",
    folder: new URL("./np_collapse/", import.meta.url),
    load: async () => (await import("./np_collapse/mod.ts")).experiment,
  },
];
