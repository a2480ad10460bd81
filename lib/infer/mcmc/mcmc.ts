import { checkOptions } from "../../system/mod.ts";
import { signatureOf } from "../../compile/internals.ts";
import type { CompileOptions } from "../../compile/mod.ts";
import { type Key, random, tooLarge } from "../../tensor/mod.ts";
import { hostArguments } from "../stepping/mod.ts";
import type { ChainState } from "./chain.ts";
import { denseIndices, firstMass } from "./first_mass.ts";
import { Kernel } from "./kernel.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { checkChain, firstState } from "./make_chain.ts";
import { type Lengths, lengthsOf, type MCMCOptions } from "./mcmc_options.ts";
import { mcmcOptionNames, type MCMCRunOptions, runOptionNames } from "./mcmc_options.ts";
import { ModelPotential } from "./model_potential.ts";
import { ChainRecord } from "./record.ts";
import { type MCMCResult, resultOf } from "./result.ts";
import { runChains } from "./run_chains.ts";
import { findStart } from "./starts.ts";
import { checkState, type MCMCState } from "./state.ts";

/**
 * Markov chain Monte Carlo: chains of draws from the posterior of a model, as NumPyro's `MCMC`. The
 * potential and its gradient are one compiled function in float64; each chain has a key of its own,
 * so that its draws depend on nothing else. Discrete sites of finitely many values are summed out,
 * as `configEnumerate` asks; `Predictive` with `inferDiscrete` draws them afterwards.
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
 * const found = Array.from(samples.mean.data).reduce((sum, x) => sum + x, 0) / 2000;
 * assert.ok(Math.abs(found - 2) < 0.1);
 * ```
 */
export class MCMC {
  readonly #lengths: Lengths;
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
    checkOptions("make MCMC", options, mcmcOptionNames);
    if (!(kernel instanceof Kernel)) {
      throw new Error(`Cannot make MCMC: found ${typeof kernel}, expected a kernel such as new NUTS(model)`);
    }
    const { lengths, compile } = lengthsOf(options);
    this.#lengths = lengths;
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
   * Throws (rejects) where no first values have a finite density, for a model without latent sites,
   * for discrete ones that cannot be summed out, and for a state of another model.
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
    const { state: from, checkpointSeconds } = options ?? {};
    if (checkpointSeconds !== undefined && !(checkpointSeconds >= 0)) {
      throw new Error(
        `Cannot run MCMC: checkpointSeconds is ${checkpointSeconds}, expected a number of at least 0`,
      );
    }
    const { thinning, numWorkers } = this.#lengths, { kernel } = this;
    const args = hostArguments(given), posterior = this.#posterior(args);
    await posterior.prepare(args);
    const { sites } = posterior;
    if (from) checkState(from, sites, { draws, thinning });
    const dense = denseIndices(kernel.denseMass, sites, kernel.name);
    const settings = { ...kernel.settings, dense };
    for (const chain of from?.chains ?? []) checkChain(settings, chain, kernel.name);
    const states = from?.chains ?? await this.#start(key, posterior, args, settings);
    const reason = tooLarge([states.length, draws, posterior.size], 8);
    if (reason) {
      throw new Error(
        `Cannot keep ${draws} draws of ${states.length} chains: ${reason}; thin them, or take fewer`,
      );
    }
    const records = states.map((state, c) => {
      const unfinished = from?.unfinished?.[c];
      const { first } = unfinished ?? { first: Math.max(state.warmup, state.step) };
      return new ChainRecord({ first, draws, thinning }, state, unfinished);
    });
    const notices = await runChains(records, posterior, args, settings, numWorkers, sites, options ?? {});
    return await resultOf(records, sites, notices, (vectors) => posterior.values(vectors, args));
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
