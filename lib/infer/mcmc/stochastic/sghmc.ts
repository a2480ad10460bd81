import type { AnyFunction } from "../../../ppl/mod.ts";
import { checkOptions, type OptionNames, shown } from "../../../system/mod.ts";
import { constant, type Tensor } from "../../../tensor/mod.ts";
import {
  type Motion,
  StochasticKernel,
  type StochasticKernelOptions,
  stochasticOptionNames,
} from "./kernel.ts";

/** Options of SGHMC. */
export interface SGHMCOptions extends StochasticKernelOptions {
  /** The share of the momentum that a transition takes away, between 0 and 1 (default 0.1). */
  friction?: number;
  /** The share of that which the noise of mini-batches makes up for (default 0). */
  noiseEstimate?: number;
}

const optionNames: OptionNames<SGHMCOptions> = {
  ...stochasticOptionNames,
  friction: true,
  noiseEstimate: true,
};

/**
 * Stochastic gradient Hamiltonian Monte Carlo (Chen, Fox and Guestrin 2014, equation 15): Langevin
 * dynamics with a momentum, which friction takes away as fast as noise brings it, without
 * acceptance: v = (1 - friction) v - stepSize gradient + noise of variance 2 (friction -
 * noiseEstimate) stepSize, and the position moves by v. Mini-batches as for `SGLD`. Neither Pyro
 * nor NumPyro has it; `MCMC` runs it.
 */
export class SGHMC extends StochasticKernel {
  readonly #friction: number;
  readonly #noise: number;

  /** Makes the sampler of a model's posterior. @throws Error for options that cannot be. */
  constructor(model: AnyFunction, options: SGHMCOptions) {
    checkOptions("make SGHMC", options, optionNames);
    const { friction = 0.1, noiseEstimate = 0, ...shared } = options ?? {};
    if (!(friction > 0 && friction < 1)) {
      throw new Error(`Cannot make SGHMC: friction is ${shown(friction)}, expected a number between 0 and 1`);
    }
    if (!(noiseEstimate >= 0 && noiseEstimate < friction)) {
      throw new Error(
        `Cannot make SGHMC: noiseEstimate is ${
          shown(noiseEstimate)
        }, expected a number of at least 0 and below friction, ` +
          `${friction}`,
      );
    }
    super("SGHMC", model, shared);
    [this.#friction, this.#noise] = [friction, 2 * (friction - noiseEstimate)];
  }

  /** @internal */
  override move({ position, momentum }: Motion, gradient: Tensor, stepSize: Tensor, normal: Tensor): Motion {
    const kept = momentum.mul(constant(1 - this.#friction)).sub(gradient.mul(stepSize));
    const next = kept.add(normal.mul(stepSize.mul(constant(this.#noise)).sqrt()));
    return { position: position.add(next), momentum: next };
  }
}
