import type { ChainState } from "./chain.ts";
import type { Plan, Unfinished } from "./record.ts";
import { STATISTICS } from "./statistics.ts";

/** The state of all chains as one plain object: it can be saved, compared, and gone on from. */
export interface MCMCState {
  /** The latent sites with the numbers of their unconstrained numbers, in order. */
  readonly sites: readonly { readonly name: string; readonly size: number }[];
  /** The state of each chain. */
  readonly chains: readonly ChainState[];
  /** The draws of each chain in a run that was ended before its end: `run` goes on with it. */
  readonly unfinished?: readonly Unfinished[];
}

/**
 * Checks that a state is of a model, and that a run in it can go on with other lengths.
 * @throws Error that names what differs.
 */
export function checkState(
  state: MCMCState,
  sites: MCMCState["sites"],
  { draws, thinning }: Omit<Plan, "first">,
): void {
  if (!Array.isArray(state?.chains) || !Array.isArray(state.sites) || state.chains.length === 0) {
    throw new Error("Cannot go on: the state is not one that warmup or run returned");
  }
  const list = (some: MCMCState["sites"]) =>
    some.map(({ name, size }) => `"${name}" (${size})`).join(", ") || "none";
  if (list(state.sites) !== list(sites)) {
    throw new Error(
      "Cannot go on: the state is of another model or other data: it has the sites " +
        `${list(state.sites)}, with the numbers of their unconstrained numbers, the model has ${list(sites)}`,
    );
  }
  for (const { statistics, thinning: own } of state.unfinished ?? []) {
    const kept = statistics.length / STATISTICS.length;
    if (kept === 0 || (kept <= draws && own === thinning)) continue;
    throw new Error(
      `Cannot go on: the state has ${kept} draws of a run with thinning ${own} that was ended early, expected at ` +
        `most ${draws} with thinning ${thinning}; go on with the lengths of that run`,
    );
  }
}
