import { tooLarge } from "../../tensor/mod.ts";
import type { ChainState } from "./chain.ts";
import { ChainRecord, type Plan } from "./record.ts";
import type { MCMCState } from "./state.ts";

/**
 * Returns the records that a run keeps its chains' draws in.
 *
 * @param states the states that chains go on from
 * @param from the state that was given to go on from, with the draws of a run that did not end
 *
 * Throws where there is no memory for as many draws.
 */
export function recordsOf(
  states: readonly ChainState[],
  from: MCMCState | undefined,
  { draws, thinning }: Omit<Plan, "first">,
): ChainRecord[] {
  const reason = tooLarge([states.length, draws, states[0].position.length], 8);
  if (reason) {
    throw new Error(
      `Cannot keep ${draws} draws of ${states.length} chains: ${reason}; thin them, or take fewer`,
    );
  }
  return states.map((state, c) => {
    const unfinished = from?.unfinished?.[c];
    const { first } = unfinished ?? { first: Math.max(state.warmup, state.step) };
    return new ChainRecord({ first, draws, thinning }, state, unfinished);
  });
}
