import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { compileOptionNames, signatureOf } from "../../compile/internals.ts";
import type { CompileOptions } from "../../compile/mod.ts";
import { type Key, random } from "../../tensor/mod.ts";
import { hostArguments } from "../stepping/mod.ts";
import type { ChainState } from "./chain.ts";
import { ChainRun } from "./chain_run.ts";
import { denseIndices, firstMass } from "./first_mass.ts";
import { Kernel } from "./kernel.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { ModelPotential } from "./model_potential.ts";
import { chainBars, type MCMCProgress } from "./progress.ts";
import { type MCMCResult, resultOf } from "./result.ts";
import { runHere } from "./run_here.ts";
import { firstState, makeChain } from "./make_chain.ts";
import { findStart } from "./starts.ts";
import { checkState, type MCMCState } from "./state.ts";

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
}

const { dtype: _dtype, axes: _axes, ...compileNames } = compileOptionNames;
const optionNames: OptionNames<MCMCOptions> = {
  ...compileNames,
  numWarmup: true,
  numSamples: true,
  numChains: true,
  thinning: true,
};

/** Options of a run of `MCMC`. */
export interface MCMCRunOptions {
  /** Goes on from this state, of `warmup` or of a run: the key given is not used. */
  state?: MCMCState;
  /** Bars on standard error (default true), or a function that receives reports. */
  progress?: boolean | MCMCProgress;
  /** Ends the run early: the result has the draws that each chain has made. */
  signal?: AbortSignal;
}

const runOptionNames: OptionNames<MCMCRunOptions> = { state: true, progress: true, signal: true };

/**
 * Markov chain Monte Carlo: chains of draws from the posterior of a model, as NumPyro's `MCMC`. The
 * potential and its gradient are one compiled function in float64; each chain has a key of its own,
 * so that its draws depend on nothing else.
 *
 * @example The mean of three numbers
 * ```ts
 * import assert from "node:assert/strict";
 * import { key, MCMC, Normal, NUTS, sample, type Tensor, tf } from "@pyrosaur/pyrosaur";
 *
 * const mean = () => sample("mean", new Normal(0, 10));
 * const model = (data: Tensor) => void sample("x", new Normal(mean(), 1), { obs: data });
 * const mcmc = new MCMC(new NUTS(model), { numWarmup: 200, numSamples: 500 });
 * const { samples, numChains } = await mcmc.run(key(0), [tf.tensor([1, 2, 3])]);
 * assert.deepEqual([numChains, samples.mean.shape], [4, [2000]]);
 * const found = samples.mean.data.reduce((sum, x) => sum + x, 0) / 2000;
 * assert.ok(Math.abs(found - 2) < 0.1);
 * ```
 */
export class MCMC {
  readonly #lengths: Required<Pick<MCMCOptions, "numWarmup" | "numSamples" | "numChains" | "thinning">>;
  readonly #compile: Omit<CompileOptions, "dtype" | "axes">;
  readonly #posteriors = new Map<string, ModelPotential>();

  /**
   * Puts together a run.
   *
   * @param kernel such as `new NUTS(model)`
   */
  constructor(
    /** The kernel: the model, and how its chains move. */
    readonly kernel: Kernel,
    options?: MCMCOptions,
  ) {
    checkOptions("make MCMC", options, optionNames);
    if (!(kernel instanceof Kernel)) {
      throw new Error(`Cannot make MCMC: found ${typeof kernel}, expected a kernel such as new NUTS(model)`);
    }
    const { numWarmup = 1000, numSamples = 1000, numChains = 4, thinning = 1, ...compile } = options ?? {};
    const check = (name: string, found: number, least: number) => {
      if (Number.isSafeInteger(found) && found >= least) return;
      throw new Error(`Cannot make MCMC: ${name} is ${found}, expected an integer of at least ${least}`);
    };
    check("numWarmup", numWarmup, 0);
    check("numSamples", numSamples, 0);
    check("numChains", numChains, 1);
    check("thinning", thinning, 1);
    this.#lengths = { numWarmup, numSamples, numChains, thinning };
    this.#compile = compile;
  }

  /**
   * Runs the warm-up alone.
   *
   * @param key the source of all randomness: chain c has `key.foldIn(c)`
   * @param args the arguments of the model
   * @returns the state to sample from, by `run`
   *
   * Throws (rejects) as `run` does.
   */
  async warmup(key: Key, args: readonly unknown[] = [], options?: MCMCRunOptions): Promise<MCMCState> {
    return (await this.#run(key, args, 0, options)).state;
  }

  /**
   * Runs all chains: the warm-up, as far as it is not over in the state given, then the draws.
   *
   * @param key the source of all randomness: chain c has `key.foldIn(c)`
   * @param args the arguments of the model
   *
   * Throws (rejects) where no first values have a finite density, for a model without latent sites
   * or with discrete ones, and for a state of another model.
   */
  async run(key: Key, args: readonly unknown[] = [], options?: MCMCRunOptions): Promise<MCMCResult> {
    return await this.#run(key, args, this.#lengths.numSamples, options);
  }

  async #run(
    key: Key,
    given: readonly unknown[],
    draws: number,
    options: MCMCRunOptions | undefined,
  ): Promise<MCMCResult> {
    checkOptions("run MCMC", options, runOptionNames);
    if (!Array.isArray(given)) {
      throw new Error("Cannot run MCMC: the arguments of the model must be given as a list");
    }
    const { state: from, signal, progress = true } = options ?? {}, { thinning } = this.#lengths;
    const args = hostArguments(given), posterior = this.#posterior(args);
    await posterior.prepare(args);
    const { sites } = posterior;
    if (from) checkState(from, sites);
    const { kernel } = this, dense = denseIndices(kernel.denseMass, sites, kernel.name);
    const settings = { ...kernel.settings, dense };
    const states = from?.chains ?? await this.#start(key, posterior, args, settings);
    const runs = states.map((state) => {
      const potential = posterior.bind(args), chain = makeChain(settings, potential, state);
      return new ChainRun(chain, potential, Math.max(state.warmup, state.step), draws, thinning);
    });
    const tell = typeof progress === "function" ? progress : progress ? chainBars() : () => {};
    const began = performance.now();
    const report = () =>
      tell({ chains: runs.map((r) => r.progress), seconds: (performance.now() - began) / 1000 });
    await runHere(runs, report, signal);
    const chains = runs.map(({ chain }) => chain.state);
    return await resultOf(runs, { sites, chains }, (vectors) => posterior.values(vectors, args));
  }

  #posterior(args: readonly unknown[]): ModelPotential {
    const signature = signatureOf(args), { model, name, initStrategy } = this.kernel;
    let posterior = this.#posteriors.get(signature);
    if (!posterior) {
      posterior = new ModelPotential(model, name, initStrategy, this.#compile);
      this.#posteriors.set(signature, posterior);
    }
    return posterior;
  }

  /** Returns the states before the first transition. */
  async #start(
    key: Key,
    posterior: ModelPotential,
    args: readonly unknown[],
    settings: ChainSettings,
  ): Promise<ChainState[]> {
    if (!(key instanceof random.ThreefryKey)) {
      throw new Error("Cannot run MCMC: expected a key as the first argument, such as random.key(0)");
    }
    const { numChains, numWarmup } = this.#lengths, { model, name, inverseMassMatrix } = this.kernel;
    const states = [], mass = firstMass(inverseMassMatrix, settings.dense, posterior.size, name);
    for (let chain = 0; chain < numChains; chain++) {
      const own = key.foldIn(chain), position = await findStart(posterior, own, model, args, name);
      states.push(firstState(settings, own.data, numWarmup, position, mass));
    }
    return states;
  }

  /** Frees the compiled programs; later runs compile them anew. */
  async release(): Promise<void> {
    const all = [...this.#posteriors.values()];
    this.#posteriors.clear();
    for (const posterior of all) await posterior.release();
  }
}
