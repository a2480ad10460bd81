import { type OptionNames, shown } from "../../system/mod.ts";
import type { SteppingOptions } from "./step_loop.ts";

/** The names of the options of every computation in steps. */
export const steppingOptionNames: OptionNames<SteppingOptions> = {
  progress: true,
  chunk: true,
  signal: true,
};

/** Throws for a number of steps, or of steps of one call, that there is none of. */
export function checkSteps(steps: number, chunk: number | undefined): void {
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new Error(`Cannot train for ${shown(steps)} steps: expected a non-negative integer`);
  }
  if (chunk !== undefined && !(Number.isSafeInteger(chunk) && chunk > 0)) {
    throw new Error(`Cannot train with chunk ${chunk}: expected a positive integer`);
  }
}
