import type { ChainState } from "./chain.ts";

/** The state of all chains as one plain object: it can be saved, compared, and gone on from. */
export interface MCMCState {
  /** The latent sites with the numbers of their unconstrained numbers, in order. */
  readonly sites: readonly { readonly name: string; readonly size: number }[];
  /** The state of each chain. */
  readonly chains: readonly ChainState[];
}

/**
 * Checks that a state is of a model.
 * @throws Error that names what differs.
 */
export function checkState(state: MCMCState, sites: MCMCState["sites"]): void {
  if (!Array.isArray(state?.chains) || !Array.isArray(state.sites)) {
    throw new Error("Cannot go on: the state is not one that warmup or run returned");
  }
  const list = (some: MCMCState["sites"]) =>
    some.map(({ name, size }) => `"${name}" (${size})`).join(", ") || "none";
  if (list(state.sites) === list(sites)) return;
  throw new Error(
    `Cannot go on: the state is of another model or other data: it has the sites ${
      list(state.sites)
    }, with the ` +
      `numbers of their unconstrained numbers, the model has ${list(sites)}`,
  );
}
