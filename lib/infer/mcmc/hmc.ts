import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { Kernel, kernelOptionNames, type KernelOptions } from "./kernel.ts";
import { MOST_STEPS } from "./leapfrog.ts";

/** Options of HMC. */
export interface HMCOptions extends KernelOptions {
  /** The length of a trajectory, the product of step size and steps (default 2 pi). */
  trajectoryLength?: number;
  /** The number of steps of a trajectory, in the place of its length. */
  numSteps?: number;
}

const optionNames: OptionNames<HMCOptions> = { ...kernelOptionNames, trajectoryLength: true, numSteps: true };

/**
 * Hamiltonian Monte Carlo with trajectories of one length (Duane et al. 1987; Neal 2011), as
 * NumPyro's `HMC`; of at most 1,023 steps. `MCMC` runs it.
 */
export class HMC extends Kernel {
  /**
   * Makes the sampler of a model's posterior.
   *
   * @param model a function with latent sites; discrete ones of finitely many values are summed out
   */
  constructor(model: AnyFunction, options?: HMCOptions) {
    checkOptions("make HMC", options, optionNames);
    const { trajectoryLength, numSteps, ...shared } = options ?? {}, time = trajectoryLength ?? 2 * Math.PI;
    if (!(time > 0 && time < Infinity)) {
      throw new Error(`Cannot make HMC: trajectoryLength is ${shown(time)}, expected a number above 0`);
    }
    if (numSteps !== undefined && !(Number.isInteger(numSteps) && numSteps >= 1 && numSteps <= MOST_STEPS)) {
      throw new Error(
        `Cannot make HMC: numSteps is ${shown(numSteps)}, expected an integer from 1 to ${MOST_STEPS}`,
      );
    }
    if (numSteps !== undefined && trajectoryLength !== undefined) {
      throw new Error("Cannot make HMC: expected either trajectoryLength or numSteps, found both");
    }
    super("HMC", model, shared, numSteps === undefined ? { time } : { steps: numSteps });
  }
}
