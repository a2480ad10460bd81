import type { Experiment } from "@pyrosaur/pyrosaur/results";
import type { Exportable } from "@pyrosaur/pyrosaur/serve";

/** An experiment that can be run: loaded only when it is. */
export interface RegistryEntry {
  /** Its name on the command line. */
  readonly name: string;
  /** The folder of its sources, over which the record's code hash is taken. */
  readonly folder: URL;
  /** Loads it. */
  load(): Promise<Experiment>;
  /**
   * Loads the function that reads the models to serve from a file of parameters, where there are
   * any.
   */
  loadExport?(): Promise<(path: string) => Promise<Exportable>>;
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
    loadExport: async () => (await import("./dmm/export.ts")).exportableOf,
  },
  {
    name: "np_collapse",
    folder: new URL("./np_collapse/", import.meta.url),
    load: async () => (await import("./np_collapse/mod.ts")).experiment,
    loadExport: async () => (await import("./np_collapse/export.ts")).exportableOf,
  },
  {
    name: "vae",
    folder: new URL("./vae/", import.meta.url),
    load: async () => (await import("./vae/mod.ts")).experiment,
    loadExport: async () => (await import("./vae/export.ts")).exportableOf,
  },
  {
    name: "bnn_mnist",
    folder: new URL("./bnn_mnist/", import.meta.url),
    load: async () => (await import("./bnn_mnist/mod.ts")).experiment,
    loadExport: async () => (await import("./bnn_mnist/export.ts")).exportableOf,
  },
  {
    name: "bnn_finance",
    folder: new URL("./bnn_finance/", import.meta.url),
    load: async () => (await import("./bnn_finance/mod.ts")).experiment,
  },
  {
    name: "svi_objectives",
    folder: new URL("./svi_objectives/", import.meta.url),
    load: async () => (await import("./svi_objectives/mod.ts")).experiment,
  },
  {
    name: "gmm",
    folder: new URL("./gmm/", import.meta.url),
    load: async () => (await import("./gmm/mod.ts")).experiment,
    loadExport: async () => (await import("./gmm/export.ts")).exportableOf,
  },
  {
    name: "hmm",
    folder: new URL("./hmm/", import.meta.url),
    load: async () => (await import("./hmm/mod.ts")).experiment,
    loadExport: async () => (await import("./hmm/export.ts")).exportableOf,
  },
  {
    name: "mcmc",
    folder: new URL("./mcmc/", import.meta.url),
    load: async () => (await import("./mcmc/mod.ts")).experiment,
  },
];
