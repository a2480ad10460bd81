import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { grad, vmap } from "../../compile/mod.ts";
import { runAtOnce } from "../../compile/internals.ts";
import { constraints, type Distribution, Normal } from "../../distributions/mod.ts";
import { type AnyFunction, isolated, sample, substitute } from "../../ppl/mod.ts";
import { type Key, type Shape, sizeOf, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import { initToUniform, paramsOf, potential, type Prototype } from "../latent/mod.ts";
import { anneal } from "./anneal.ts";
import { AutoContinuous, diagonal } from "./auto_continuous.ts";
import { autoGuideOptionNames, type AutoGuideOptions } from "./auto_guide.ts";
import { Computed } from "./computed.ts";

/** Options of the guides by annealed paths. */
export interface AnnealingOptions extends AutoGuideOptions {
  /** The number of steps of a path, NumPyro's K (default 4). */
  numSteps?: number;
  /** The size that steps have at first, NumPyro's eta_init (default 0.01). */
  stepSize?: number;
  /** The largest size of a step, NumPyro's eta_max (default 0.1). */
  maxStepSize?: number;
  /** The part of a momentum that stays at first, NumPyro's gamma_init (default 0.9). */
  damping?: number;
}

/** Options of `AutoDAIS`. */
export interface AutoDAISOptions extends AnnealingOptions {
  /** The normal that paths begin at: of independent numbers (default) or with all correlations. */
  baseDist?: "diagonal" | "cholesky";
}

/** The names of options of annealed paths. */
export const annealingOptionNames: OptionNames<AnnealingOptions> = {
  ...autoGuideOptionNames,
  numSteps: true,
  stepSize: true,
  maxStepSize: true,
  damping: true,
};

const optionNames: OptionNames<AutoDAISOptions> = { ...annealingOptionNames, baseDist: true };

/** The log density of a vector of unconstrained numbers `[D]`. */
export type Density = (vector: Tensor) => Tensor;

/** The parameters of a guide by annealed paths. */
interface PathSettings {
  /** The normal that paths begin at. */
  readonly base: Distribution;
  readonly betas: Tensor;
  readonly steps: Tensor;
  readonly damping: Tensor;
  readonly mass: Tensor;
}

/** Returns the settings of annealed paths with their defaults. Throws for those out of range. */
export function checkAnnealing(
  name: string,
  options: AnnealingOptions = {},
): Required<Omit<AnnealingOptions, keyof AutoGuideOptions>> {
  const { numSteps = 4, stepSize = 0.01, maxStepSize = 0.1, damping = 0.9 } = options;
  const fail = (what: string, expected: string): never => {
    throw new Error(`Cannot make ${name}: ${what}, expected ${expected}`);
  };
  if (!Number.isSafeInteger(numSteps) || numSteps < 1) fail(`numSteps is ${numSteps}`, "a positive integer");
  if (!(maxStepSize > 0)) fail(`maxStepSize is ${maxStepSize}`, "a number above 0");
  if (!(stepSize > 0 && stepSize < maxStepSize)) {
    fail(`stepSize is ${stepSize}`, `a number above 0 and below maxStepSize, ${maxStepSize}`);
  }
  if (!(damping > 0 && damping < 1)) fail(`damping is ${damping}`, "a number between 0 and 1");
  return { numSteps, stepSize, maxStepSize, damping };
}

/**
 * A guide whose draws go along steps of Hamiltonian dynamics from a normal to the posterior, as
 * NumPyro's AutoDAIS: differentiable annealed importance sampling (Geffner and Domke, "MCMC
 * variational inference via uncorrected Hamiltonian annealing", 2021; Zhang et al. 2021). With more
 * steps it comes as near to the posterior as one likes, and costs a gradient of the model each.
 * Beside those of the normal (`auto_loc`, `auto_scale`, for "cholesky" `auto_scale_tril`) its
 * parameters are `auto_step_size`, `auto_step_size_slope`, `auto_damping`, `auto_beta_increments`
 * and `auto_mass`, the variance of momenta (in NumPyro their standard deviation). All data take
 * part in each step: it cannot subsample.
 *
 * @example Two numbers with a strong correlation
 * ```ts
 * import { adam, AutoDAIS, key, Normal, sample, SVI } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const model = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 0.3));
 * const guide = new AutoDAIS(model, { numSteps: 2 });
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(key(0), 10, []);
 * assert.deepEqual(guide.sampleLatent(key(1), params, [5]).y.shape, [5]);
 * ```
 */
export class AutoDAIS extends AutoContinuous {
  readonly #settings: ReturnType<typeof checkAnnealing>;
  readonly #isFull: boolean;

  /**
   * Makes the guide of a model; `initStrategy` defaults to `initToUniform()`.
   * @throws Error for settings out of range; when run, for a plate that subsamples.
   */
  constructor(model: AnyFunction, options?: AutoDAISOptions) {
    checkOptions("make AutoDAIS", options, optionNames);
    const { numSteps, stepSize, maxStepSize, damping, baseDist = "diagonal", ...others } = options ?? {};
    super(model, others, initToUniform());
    if (baseDist !== "diagonal" && baseDist !== "cholesky") {
      throw new Error(
        `Cannot make ${new.target.name}: baseDist is ${baseDist}, expected "diagonal" or "cholesky"`,
      );
    }
    if (this.isPartial) {
      throw new Error(
        `Cannot make ${new.target.name} for part of the sites: its steps follow the density of all of them`,
      );
    }
    this.#settings = checkAnnealing(new.target.name, { numSteps, stepSize, maxStepSize, damping });
    this.#isFull = baseDist === "cholesky";
  }

  /** Returns the log density that paths lead to, of a vector `[D]`. */
  protected target(prototype: Prototype, args: readonly unknown[]): Density {
    const [plate] = prototype.drawn;
    if (plate !== undefined) {
      throw new Error(
        `Cannot use AutoDAIS: plate "${plate}" takes part of its members at a time, and the steps need all data; use ` +
          "AutoSurrogateLikelihoodDAIS or AutoSemiDAIS",
      );
    }
    return this.density(this.model, prototype, args);
  }

  /** Returns the log density of a model, with its parameters, of a vector `[D]`. */
  protected density(model: AnyFunction, prototype: Prototype, args: readonly unknown[]): Density {
    const at = substitute(model, { data: paramsOf(model, args) });
    return (vector) => potential(at, args, prototype, vector).neg();
  }

  /** Registers the parameters, and returns the normal that paths begin at and their settings. */
  #parameters(prototype: Prototype, args: readonly unknown[]): PathSettings {
    const { size } = prototype, { numSteps, stepSize, maxStepSize, damping } = this.#settings;
    const loc = this.loc(prototype, args), scale = this.scale(prototype);
    const own = (name: string, shape: Shape, first: number, constraint = constraints.positive) =>
      this.param(`${this.prefix}_${name}`, shape, () => tf.fill([...shape], first), { constraint });
    const increments = own("beta_increments", [numSteps], 1).cumsum(0);
    const betas = increments.div(increments.slice([numSteps - 1], [1]));
    const sizes = own("step_size", [], stepSize, constraints.interval(0, maxStepSize))
      .add(own("step_size_slope", [], 0, constraints.real).mul(betas));
    return {
      base: this.#isFull ? this.fullNormal(prototype, loc, scale) : diagonal(loc, scale),
      betas,
      steps: sizes.clipByValue(0, maxStepSize) as Tensor,
      damping: own("damping", [], damping, constraints.unitInterval),
      mass: own("mass", [size], 1),
    };
  }

  /** Goes along paths from places `[..., D]` with noise `[..., K, D]`. */
  #ends(
    start: Tensor,
    noise: Tensor,
    settings: PathSettings,
    target: Density,
  ): { end: Tensor; logFactor: Tensor } {
    const { rank } = noise, slope = grad(target), { base } = settings;
    const order = [rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1];
    const size = start.shape[start.rank - 1];
    const perPath = (steps: Tensor) => steps.reshape([-1, ...Array(start.rank - 1).fill(1)]);
    return anneal({
      ...settings,
      start,
      noise: noise.transpose(order),
      betas: perPath(settings.betas),
      steps: perPath(settings.steps),
      base: (at) => base.logProb(at).sum(),
      slope: (at) => at.rank === 1 ? slope(at) : vmap(slope)(at.reshape([-1, size])).reshape(at.shape),
    });
  }

  /** Draws a path, and returns its end with the log density of its momenta. */
  protected override distribution(prototype: Prototype, args: readonly unknown[]): Distribution {
    const settings = this.#parameters(prototype, args), target = this.target(prototype, args);
    const infer = { isAuxiliary: true },
      momenta = new Normal(0, 1).expand([this.#settings.numSteps, prototype.size]);
    const start = sample(`_${this.prefix}_start`, settings.base, { infer });
    const noise = sample(`_${this.prefix}_momenta`, momenta.toEvent(2).mask(false), { infer });
    const { end, logFactor } = this.#ends(start, noise, settings, target);
    return new Computed(end, logFactor, constraints.realVector, 1);
  }

  /** Throws: the distribution of the ends of paths has no closed form. */
  override getPosterior(): never {
    throw new Error(
      `Cannot return the posterior of ${this.constructor.name}: it has no closed form; draw by sampleLatent`,
    );
  }

  /** Returns the values of the sites where the median of the first normal leads, without noise. */
  override median(params: Record<string, Tensor>, ...args: unknown[]): Record<string, Tensor> {
    return this.#drawn(params, [], args, (base, shape) => [base.mean, tf.zeros([...shape])]);
  }

  /** Throws: the quantiles have no closed form. */
  override quantiles(): never {
    throw new Error(
      `Cannot take quantiles of ${this.constructor.name}: they have no closed form; take them of draws, by sampleLatent`,
    );
  }

  /**
   * Draws from the posterior: values of the sites, `sampleShape + shape of the site`, by name.
   * @param args the arguments of the model
   */
  override sampleLatent(
    key: Key,
    params: Record<string, Tensor>,
    sampleShape: Shape = [],
    ...args: unknown[]
  ): Record<string, Tensor> {
    if (args.length === 0 && this.model.length > 0) {
      throw new Error(
        `Cannot draw from ${this.constructor.name}: its draws depend on the model's arguments, found none; pass them ` +
          "after the shape, or to summary as the option args",
      );
    }
    const [forStart, forNoise] = key.split(2);
    return this.#drawn(params, sampleShape, args, (base, shape) => [
      base.sample(forStart, sampleShape),
      forNoise.draw("normal", shape),
    ]);
  }

  #drawn(
    params: Record<string, Tensor>,
    sampleShape: Shape,
    args: readonly unknown[],
    draw: (base: Distribution, noise: Shape) => [start: Tensor, noise: Tensor],
  ): Record<string, Tensor> {
    const { latents } = this, { numSteps } = this.#settings, shape = [...sampleShape, latents.size];
    const at = <T>(values: Record<string, Tensor>, body: () => T): T =>
      isolated(substitute(body, { data: values }));
    const { base } = at(params, () => this.#parameters(latents, args));
    const [start, noise] = draw(base, [...sampleShape, numSteps, latents.size]);
    if (sizeOf(shape) === 0) return this.valuesOf(start);
    const ends = (from: Tensor, along: Tensor, values: Record<string, Tensor>, given: unknown[]) =>
      at(values, () => {
        const prototype = this.discover(given);
        return this.#ends(from, along, this.#parameters(prototype, given), this.target(prototype, given)).end;
      });
    const end = toTensor(runAtOnce(ends, [start, noise, params, [...args]]));
    this.discover(args);
    return this.valuesOf(end.reshape(shape));
  }
}

/**
 * `AutoDAIS` whose steps follow a surrogate, as NumPyro's AutoSurrogateLikelihoodDAIS (Jankowiak
 * and Phan, "Surrogate likelihoods for variational annealed importance sampling", 2022): a model
 * without arguments with the same latent sites and a likelihood that is cheap, such as that of few
 * data whose weights are learnt. The model itself may subsample its data.
 *
 * @example Eight data stand for a thousand
 * ```ts
 * import { adam, AutoSurrogateLikelihoodDAIS, constraints, key, Normal } from "@pyrosaur/pyrosaur";
 * import { param, plate, sample, scale, subsample, SVI, tf } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const data = tf.linspace(0, 2, 1000), few = tf.linspace(0, 2, 8);
 * const prior = () => sample("mean", new Normal(0, 1));
 * function model() {
 *   const mean = prior();
 *   using _data = plate("data", 1000, { subsampleSize: 50 });
 *   sample("x", new Normal(mean, 1), { obs: subsample(data, 0) });
 * }
 * function surrogate() {
 *   const mean = prior();
 *   const weights = param("weights", tf.fill([8], 125), { constraint: constraints.positive });
 *   using _few = plate("few", 8);
 *   using _weights = scale(weights);
 *   sample("x", new Normal(mean, 1), { obs: few });
 * }
 * const guide = new AutoSurrogateLikelihoodDAIS(model, surrogate);
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(key(0), 10, []);
 * assert.deepEqual(params.weights.shape, [8]);
 * ```
 */
export class AutoSurrogateLikelihoodDAIS extends AutoDAIS {
  /** Makes the guide of a model, along a surrogate of it. */
  constructor(model: AnyFunction, readonly surrogate: AnyFunction, options?: AutoDAISOptions) {
    super(model, options);
    if (typeof surrogate !== "function") {
      throw new Error(
        `Cannot make AutoSurrogateLikelihoodDAIS: the surrogate is ${typeof surrogate}, expected a function`,
      );
    }
  }

  /** Returns the log density of the surrogate. */
  protected override target(prototype: Prototype): Density {
    return this.density(this.surrogate, prototype, []);
  }
}
