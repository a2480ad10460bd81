import { signatureOf } from "../../compile/internals.ts";
import { type Key, random, tooLarge } from "../../tensor/mod.ts";
import { hostArguments } from "../stepping/mod.ts";
import type { ChainState } from "./chain.ts";
import { denseIndices, firstMass } from "./first_mass.ts";
import type { Kernel } from "./kernel.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { checkChain, firstState } from "./make_chain.ts";
import type { lengthsOf, MCMCRunOptions } from "./mcmc_options.ts";
import { ModelPotential } from "./model_potential.ts";
import { ChainRecord } from "./record.ts";
import { type MCMCResult, resultOf } from "./result.ts";
import { runChains } from "./run_chains.ts";
import { findStart } from "./starts.ts";
import { checkState } from "./state.ts";

/** The runs of one kernel with the same options, which share compiled programs. */
export class Runs {
  readonly #posteriors = new Map<string, ModelPotential>();
  readonly #options: ReturnType<typeof lengthsOf>;

  constructor(private readonly kernel: Kernel, options: ReturnType<typeof lengthsOf>) {
    this.#options = options;
  }

  /** Runs chains of a number of draws, after what is left of their warm-up; see `MCMC.run`. */
  async run(
    key: Key,
    given: readonly unknown[],
    draws: number,
    options: MCMCRunOptions,
  ): Promise<MCMCResult> {
    if (!Array.isArray(given)) {
      throw new Error("Cannot run MCMC: the arguments of the model must be given as a list");
    }
    const { state: from, checkpointSeconds } = options;
    if (checkpointSeconds !== undefined && !(checkpointSeconds >= 0)) {
      throw new Error(
        `Cannot run MCMC: checkpointSeconds is ${checkpointSeconds}, expected a number of at least 0`,
      );
    }
    const { thinning, numWorkers } = this.#options.lengths, { kernel } = this;
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
    const notices = await runChains(records, posterior, args, settings, numWorkers, sites, options);
    return await resultOf(records, sites, notices, (vectors) => posterior.values(vectors, args));
  }

  #posterior(args: readonly unknown[]): ModelPotential {
    const signature = signatureOf(args), { model, name, initStrategy } = this.kernel;
    let posterior = this.#posteriors.get(signature);
    if (!posterior) {
      posterior = new ModelPotential(model, name, initStrategy, this.#options.compile);
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
    const { numChains, numWarmup } = this.#options.lengths, { model, name, inverseMassMatrix } = this.kernel;
    const states = [], mass = firstMass(inverseMassMatrix, settings.dense, posterior.size, name);
    for (let chain = 0; chain < numChains; chain++) {
      const own = key.foldIn(chain), position = await findStart(posterior, own, model, args, name);
      states.push(firstState(settings, own.data, numWarmup, position, mass));
    }
    return states;
  }

  /** Frees the compiled programs. */
  async release(): Promise<void> {
    const all = [...this.#posteriors.values()];
    this.#posteriors.clear();
    for (const posterior of all) await posterior.release();
  }
}
