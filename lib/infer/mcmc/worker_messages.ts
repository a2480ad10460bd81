import type { HostData } from "../../tensor/mod.ts";
import type { PortableProgram } from "../../compile/mod.ts";
import type { ChainState } from "./chain.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import type { Part, Plan } from "./record.ts";

/** A chain for a Worker, plain data. */
export interface ChainOrder {
  readonly settings: ChainSettings;
  readonly state: ChainState;
  readonly plan: Plan;
  /** The potential and its gradient. */
  readonly program: PortableProgram;
  /** The arguments of the model, in the program's order. */
  readonly data: readonly HostData[];
}

/** A message to a Worker: a chain to run, or the wish that it stop where it is. */
export type ToWorker = { readonly chain: ChainOrder } | { readonly stop: true };

/** A message from a Worker: draws, the last ones of a chain, or an error. */
export type FromWorker =
  | { readonly part: Part; readonly isLast: boolean }
  | { readonly error: string };
