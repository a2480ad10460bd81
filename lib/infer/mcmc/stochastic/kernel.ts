import { shown } from "../../../system/mod.ts";
import { constant, type Tensor } from "../../../tensor/mod.ts";
import type { AnyFunction } from "../../../ppl/mod.ts";
import type { OptionNames } from "../../../system/mod.ts";
import type { InitStrategy } from "../../latent/mod.ts";
import type { Schedule } from "../../optim/mod.ts";
import { Kernel } from "../kernel.ts";

/** Options of SGLD and SGHMC. */
export interface StochasticKernelOptions {
  /** The step size, or a function from the number of a transition to it, such as a schedule. */
  stepSize: number | Schedule;
  /** The values that the sites start at (default `initToUniform()`). */
  initStrategy?: InitStrategy;
}

/** The names of these options. */
export const stochasticOptionNames: OptionNames<StochasticKernelOptions> = {
  stepSize: true,
  initStrategy: true,
};

/** The numbers of a chain between two transitions. */
export interface Motion {
  readonly position: Tensor;
  readonly momentum: Tensor;
}

/**
 * The base of kernels without acceptance, whose gradients may be of some members of a plate, drawn
 * anew at each transition: mini-batches.
 */
export abstract class StochasticKernel extends Kernel {
  readonly #stepSize: number | Schedule;

  /** @internal Makes a kernel, once its own options are checked. */
  protected constructor(name: string, model: AnyFunction, options: StochasticKernelOptions) {
    const { stepSize, initStrategy } = options ?? {};
    if (typeof stepSize !== "function" && !(stepSize > 0 && stepSize < Infinity)) {
      throw new Error(
        `Cannot make ${name}: stepSize is ${shown(stepSize)}, expected a number above 0, or a schedule`,
      );
    }
    super(name, model, initStrategy ? { initStrategy } : {}, { steps: 1 });
    this.#stepSize = stepSize;
  }

  /** @internal Returns the step size of a transition, by its number. */
  stepSizeAt(step: Tensor): Tensor {
    const stepSize = this.#stepSize;
    return typeof stepSize === "number" ? constant(stepSize) : stepSize(step);
  }

  /** @internal Moves by a gradient of the potential, in a trace; `normal` is as long as it. */
  abstract move(from: Motion, gradient: Tensor, stepSize: Tensor, normal: Tensor): Motion;
}
