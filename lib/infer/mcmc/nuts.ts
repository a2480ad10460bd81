import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { Kernel, kernelOptionNames, type KernelOptions } from "./kernel.ts";

/** Options of NUTS. */
export interface NUTSOptions extends KernelOptions {
  /** The most doublings of a trajectory (default 10), or those in the warm-up and after it. */
  maxTreeDepth?: number | readonly [warmup: number, after: number];
}

const optionNames: OptionNames<NUTSOptions> = { ...kernelOptionNames, maxTreeDepth: true };

/**
 * The no-U-turn sampler, as Stan and NumPyro have it: Hamiltonian trajectories that grow until they
 * turn, draws by multinomial weights (Hoffman and Gelman 2014; Betancourt 2017). `MCMC` runs it.
 */
export class NUTS extends Kernel {
  /**
   * Makes the sampler of a model's posterior.
   *
   * @param model a function with latent sites; discrete ones of finitely many values are summed out
   */
  constructor(model: AnyFunction, options?: NUTSOptions) {
    checkOptions("make NUTS", options, optionNames);
    const { maxTreeDepth = 10, ...shared } = options ?? {};
    const depths = typeof maxTreeDepth === "number" ? [maxTreeDepth, maxTreeDepth] : [...maxTreeDepth];
    const bad = depths.find((depth) => !(Number.isInteger(depth) && depth >= 1 && depth <= 20));
    if (bad !== undefined || depths.length !== 2) {
      throw new Error(
        `Cannot make NUTS: maxTreeDepth is ${
          shown(maxTreeDepth)
        }, expected an integer from 1 to 20, or two of them`,
      );
    }
    super("NUTS", model, shared, { maxDepths: [depths[0], depths[1]] });
  }
}
