import type { OptionNames } from "../../system/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { type InitStrategy, initToUniform } from "../latent/mod.ts";
import type { KernelSettings } from "./kernel_settings.ts";

/** Options of HMC and NUTS. */
export interface KernelOptions {
  /** The step size to begin with, unconstrained (default 1). */
  stepSize?: number;
  /** True to adapt the step size in the warm-up (default true). */
  adaptStepSize?: boolean;
  /** True to adapt the mass matrix in the warm-up (default true). */
  adaptMassMatrix?: boolean;
  /** The mean acceptance that the step size is adapted to (default 0.8). */
  targetAcceptProb?: number;
  /**
   * True to search a step size at the start and after each new mass matrix, by doubling and
   * halving, as Stan does (default true; NumPyro's default is false).
   */
  findHeuristicStepSize?: boolean;
  /** The values that the sites start at (default `initToUniform()`). */
  initStrategy?: InitStrategy;
}

/** The names of the options of HMC and NUTS. */
export const kernelOptionNames: OptionNames<KernelOptions> = {
  stepSize: true,
  adaptStepSize: true,
  adaptMassMatrix: true,
  targetAcceptProb: true,
  findHeuristicStepSize: true,
  initStrategy: true,
};

/** The base of HMC and NUTS: a model, and how its chains move. */
export abstract class Kernel {
  /** @internal The settings of its chains. */
  readonly settings: KernelSettings;
  /** The values that the sites start at. */
  readonly initStrategy: InitStrategy;

  /** @internal Makes a kernel, once its own options are checked. */
  protected constructor(
    /** The name, for messages. */
    readonly name: string,
    /** The model. */
    readonly model: AnyFunction,
    options: KernelOptions,
    own: Pick<KernelSettings, "maxDepths">,
  ) {
    const {
      stepSize = 1,
      adaptStepSize = true,
      adaptMassMatrix = true,
      targetAcceptProb = 0.8,
      findHeuristicStepSize = true,
      initStrategy = initToUniform(),
    } = options;
    const fail = (why: string): never => {
      throw new Error(`Cannot make ${name}: ${why}`);
    };
    if (typeof model !== "function") fail(`the model is ${typeof model}, expected a function`);
    if (!(stepSize > 0 && stepSize < Infinity)) fail(`stepSize is ${stepSize}, expected a number above 0`);
    if (!(targetAcceptProb > 0 && targetAcceptProb < 1)) {
      fail(`targetAcceptProb is ${targetAcceptProb}, expected a number between 0 and 1`);
    }
    if (typeof initStrategy !== "function") {
      fail(`initStrategy is ${typeof initStrategy}, expected a strategy such as initToUniform()`);
    }
    this.initStrategy = initStrategy;
    this.settings = {
      ...own,
      stepSize,
      target: targetAcceptProb,
      adaptsStepSize: adaptStepSize,
      adaptsMassMatrix: adaptMassMatrix,
      searches: adaptStepSize && findHeuristicStepSize,
    };
  }
}
