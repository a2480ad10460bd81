import { shown } from "../../system/mod.ts";
import { type AnyFunction, around, checkArguments, type PlateMessage } from "../../ppl/mod.ts";
import { type Key, random } from "../../tensor/mod.ts";
import type { MCMCRunOptions } from "./mcmc_options.ts";

/** Throws where what a run of chains is given is no list of arguments, no key or no time. */
export function checkRun(
  key: Key,
  given: readonly unknown[],
  { state, checkpointSeconds }: MCMCRunOptions,
): asserts key is random.ThreefryKey {
  checkArguments("run MCMC", given);
  if (checkpointSeconds !== undefined && !(checkpointSeconds >= 0)) {
    throw new Error(
      `Cannot run MCMC: checkpointSeconds is ${shown(checkpointSeconds)}, expected a number of at least 0`,
    );
  }
  // A state has keys of its own.
  if (!state && !(key instanceof random.ThreefryKey)) {
    throw new Error("Cannot run MCMC: expected a key as the first argument, such as random.key(0)");
  }
}

/**
 * Returns a model that throws at a plate that takes part of its members by chance: the density of a
 * chain must be the same at every step.
 *
 * @param user the algorithm, for messages
 */
export function withoutChance(model: AnyFunction, user: string): AnyFunction {
  const plate = ({ name, size, subsampleSize, subsample }: PlateMessage): void => {
    if (subsampleSize === size || subsample?.given) return;
    throw new Error(
      `Cannot use ${user}: plate "${name}" takes ${subsampleSize} of its ${size} members by chance, and a chain ` +
        "needs the same density at every step; let the plate take all of them, or give it a subsample",
    );
  };
  return around(model, () => ({ label: "check of plates", postprocess: { plate } }));
}
