import { shown } from "../../system/mod.ts";
import type { OptionNames } from "../../system/mod.ts";
import { type AnyFunction, configEnumerate } from "../../ppl/mod.ts";
import type { HostArray, TensorLike } from "../../tensor/mod.ts";
import type { DenseMass } from "./first_mass.ts";
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
  /**
   * True for a mass matrix with all correlations, or lists of sites that have them among themselves
   * (default false: a diagonal one).
   */
  denseMass?: DenseMass;
  /**
   * The inverse mass matrix to begin with: its diagonal, or all of it if dense (default 1, or by
   * the gradient at the start). An adaptation replaces it.
   */
  inverseMassMatrix?: TensorLike | HostArray;
  /**
   * The warm-up of the mass matrix: "running", variances of draws anew after every transition, on
   * nutpie's schedule (default); "gradient", nutpie's, from draws and their gradients; "windowed",
   * Stan's windows (default with `denseMass`; the others find diagonal matrices). The effective
   * draws per gradient of "running" were 0.94 to 2.2 times those of "gradient" on the five models
   * of `deno task bench nuts`, 0.97 to 1.6 times those of "windowed".
   */
  adaptation?: KernelSettings["adaptation"];
  /** The share, below 1, by which the step size of each transition varies (default 0). */
  stepSizeJitter?: number;
  /**
   * The values that the sites start at (default `initToUniform()`); `initToValue` takes draws, of a
   * guide or of earlier chains.
   */
  initStrategy?: InitStrategy;
}

const ADAPTATIONS: readonly KernelSettings["adaptation"][] = ["running", "gradient", "windowed"];

/** The names of the options of HMC and NUTS. */
export const kernelOptionNames: OptionNames<KernelOptions> = {
  stepSize: true,
  adaptStepSize: true,
  adaptMassMatrix: true,
  targetAcceptProb: true,
  findHeuristicStepSize: true,
  denseMass: true,
  inverseMassMatrix: true,
  adaptation: true,
  stepSizeJitter: true,
  initStrategy: true,
};

/** The base of HMC and NUTS: a model, and how its chains move. */
export abstract class Kernel {
  /** The model, its discrete sites with finitely many values summed out (see `configEnumerate`). */
  readonly model: AnyFunction;
  /** @internal The settings of its chains. */
  readonly settings: KernelSettings;
  /** The values that the sites start at. */
  readonly initStrategy: InitStrategy;
  /** The parts of the mass matrix with all their correlations. */
  readonly denseMass: DenseMass;
  /** The inverse mass matrix to begin with; undefined for 1. */
  readonly inverseMassMatrix: TensorLike | HostArray | undefined;

  /** @internal Makes a kernel, once its own options are checked. */
  protected constructor(
    /** The name, for messages. */
    readonly name: string,
    model: AnyFunction,
    options: KernelOptions,
    trajectory: KernelSettings["trajectory"],
  ) {
    const {
      stepSize = 1,
      adaptStepSize = true,
      adaptMassMatrix = true,
      targetAcceptProb = 0.8,
      findHeuristicStepSize = true,
      denseMass = false,
      adaptation = denseMass ? "windowed" : "running",
      stepSizeJitter = 0,
      initStrategy = initToUniform(),
    } = options;
    const fail = (why: string): never => {
      throw new Error(`Cannot make ${name}: ${why}`);
    };
    if (typeof model !== "function") fail(`the model is ${typeof model}, expected a function`);
    if (!(stepSize > 0 && stepSize < Infinity)) {
      fail(`stepSize is ${shown(stepSize)}, expected a number above 0`);
    }
    if (!(targetAcceptProb > 0 && targetAcceptProb < 1)) {
      fail(`targetAcceptProb is ${shown(targetAcceptProb)}, expected a number between 0 and 1`);
    }
    if (!(stepSizeJitter >= 0 && stepSizeJitter < 1)) {
      fail(`stepSizeJitter is ${shown(stepSizeJitter)}, expected a number of at least 0 and below 1`);
    }
    if (!ADAPTATIONS.includes(adaptation)) {
      fail(`adaptation is "${adaptation}", expected one of "${ADAPTATIONS.join('", "')}"`);
    }
    if (typeof denseMass !== "boolean" && !(Array.isArray(denseMass) && denseMass.every(Array.isArray))) {
      fail('denseMass must be true, false or lists of names of sites, such as [["a", "b"]]');
    }
    if (adaptation !== "windowed" && denseMass) {
      fail(
        `adaptation "${adaptation}" finds diagonal mass matrices; leave denseMass false, or adapt in windows`,
      );
    }
    if (typeof initStrategy !== "function") {
      fail(`initStrategy is ${typeof initStrategy}, expected a strategy such as initToUniform()`);
    }
    this.model = configEnumerate(model);
    this.initStrategy = initStrategy;
    this.denseMass = denseMass;
    this.inverseMassMatrix = options.inverseMassMatrix;
    this.settings = {
      trajectory,
      adaptation,
      stepSize,
      jitter: stepSizeJitter,
      target: targetAcceptProb,
      adaptsStepSize: adaptStepSize,
      adaptsMassMatrix: adaptMassMatrix,
      hasMassMatrix: options.inverseMassMatrix !== undefined,
      searches: adaptStepSize && findHeuristicStepSize,
    };
  }
}
