import { shown } from "../../system/mod.ts";
import type { OptionNames } from "../../system/mod.ts";
import { compileOptionNames } from "../../compile/internals.ts";
import type { CompileOptions } from "../../compile/mod.ts";
import type { MCMCProgress } from "./progress.ts";
import type { MCMCState } from "./state.ts";

/** Options of `MCMC`: the length of its chains, and how the potential is compiled, in float64. */
export interface MCMCOptions extends Omit<CompileOptions, "dtype" | "axes"> {
  /** The transitions of the warm-up of each chain, whose draws are not kept (default 1000). */
  numWarmup?: number;
  /** The draws of each chain (default 1000). */
  numSamples?: number;
  /** The number of chains (default 4). */
  numChains?: number;
  /** The transitions for each draw that is kept (default 1). */
  thinning?: number;
  /**
   * The number of Workers that chains run in, 0 for none (default: as many as processors, for runs
   * that turn out to take more than a second). Draws do not change.
   */
  numWorkers?: number;
}

const { dtype: _dtype, axes: _axes, ...compileNames } = compileOptionNames;

/** The names of the options of `MCMC`. */
export const mcmcOptionNames: OptionNames<MCMCOptions> = {
  ...compileNames,
  numWarmup: true,
  numSamples: true,
  numChains: true,
  thinning: true,
  numWorkers: true,
};

/** Options of a run of `MCMC`. */
export interface MCMCRunOptions {
  /**
   * Goes on from this state, of `warmup`, of a run or of a checkpoint: the key given is not used. A
   * run that was ended before its end goes on to it: the draws that a checkpoint holds are the
   * result's first, and count among `numSamples`. Those of `result.state` are new ones.
   */
  state?: MCMCState;
  /** Bars on standard error (default true), or a function that receives reports. */
  progress?: boolean | MCMCProgress;
  /** Ends the run early: the result has the draws that each chain has made. */
  signal?: AbortSignal;
  /**
   * A file that the state and the draws so far are saved to, now and then and at the end, for
   * `loadMCMC` (default: none). A chain that failed is in it as it was at last.
   */
  checkpoint?: string;
  /** The seconds between two checkpoints (default 60). */
  checkpointSeconds?: number;
}

/** The names of the options of a run. */
export const runOptionNames: OptionNames<MCMCRunOptions> = {
  state: true,
  progress: true,
  signal: true,
  checkpoint: true,
  checkpointSeconds: true,
};

/** The lengths of chains. */
export interface Lengths {
  readonly numWarmup: number;
  readonly numSamples: number;
  readonly numChains: number;
  readonly thinning: number;
  readonly numWorkers: number | undefined;
}

/** Returns the lengths that options ask for, and how the potential is compiled. */
export function lengthsOf(
  options: MCMCOptions | undefined,
): { lengths: Lengths; compile: Omit<CompileOptions, "dtype" | "axes"> } {
  const { numWarmup = 1000, numSamples = 1000, numChains = 4, thinning = 1, numWorkers, ...compile } =
    options ??
      {};
  const check = (name: string, found: number, least: number) => {
    if (Number.isSafeInteger(found) && found >= least) return;
    throw new Error(`Cannot make MCMC: ${name} is ${shown(found)}, expected an integer of at least ${least}`);
  };
  check("numWarmup", numWarmup, 0);
  check("numSamples", numSamples, 0);
  check("numChains", numChains, 1);
  check("thinning", thinning, 1);
  if (numWorkers !== undefined) check("numWorkers", numWorkers, 0);
  return { lengths: { numWarmup, numSamples, numChains, thinning, numWorkers }, compile };
}
