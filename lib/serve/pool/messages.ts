import type { WireTensor } from "../protocol/datatypes.ts";

/** A message to a Worker; it answers each, in order. */
export type ToWorker =
  /** Loads a model, of whose outputs those `wanted` are computed; `source` names it in messages. */
  | {
    readonly load: string;
    readonly bytes: Uint8Array;
    readonly wanted: readonly string[];
    readonly threads: number;
    readonly source: string;
  }
  | { readonly unload: string }
  | { readonly run: string; readonly inputs: readonly WireTensor[] };

/** A Worker's answer. */
export type FromWorker =
  /**
   * The outputs of a run, and the milliseconds it took; none of a model that was loaded or freed.
   */
  | { readonly outputs: readonly WireTensor[]; readonly milliseconds: number }
  | { readonly error: string };
