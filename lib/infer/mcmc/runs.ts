import type { Key, random } from "../../tensor/mod.ts";
import { hostArguments } from "../stepping/mod.ts";
import type { ChainState } from "./chain.ts";
import { checkRun } from "./checks.ts";
import { denseIndices, firstMass } from "./first_mass.ts";
import type { Kernel } from "./kernel.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { checkChain, firstState } from "./make_chain.ts";
import type { lengthsOf, MCMCRunOptions } from "./mcmc_options.ts";
import { ModelPotential } from "./model_potential.ts";
import { Posteriors } from "./posteriors.ts";
import { recordsOf } from "./records.ts";
import { type MCMCResult, resultOf } from "./result.ts";
import { runChains } from "./run_chains.ts";
import { findStart } from "./starts.ts";
import { checkState } from "./state.ts";

/** The runs of one kernel with the same options, which share compiled programs. */
export class Runs {
  readonly #posteriors: Posteriors<ModelPotential>;
  readonly #options: ReturnType<typeof lengthsOf>;

  constructor(private readonly kernel: Kernel, options: ReturnType<typeof lengthsOf>) {
    const { model, name, initStrategy } = kernel;
    this.#options = options;
    this.#posteriors = new Posteriors(() => new ModelPotential(model, name, initStrategy, options.compile));
  }

  /** Runs chains of a number of draws, after what is left of their warm-up; see `MCMC.run`. */
  async run(
    key: Key,
    given: readonly unknown[],
    draws: number,
    options: MCMCRunOptions,
  ): Promise<MCMCResult> {
    checkRun(key, given, options);
    const { state: from } = options;
    const { thinning, numWorkers } = this.#options.lengths, { kernel } = this;
    const args = hostArguments(given), posterior = this.#posteriors.of(args);
    await posterior.prepare(args);
    const { sites } = posterior;
    if (from) checkState(from, sites, { draws, thinning });
    const dense = denseIndices(kernel.denseMass, sites, kernel.name);
    const settings = { ...kernel.settings, dense };
    for (const chain of from?.chains ?? []) checkChain(settings, chain, kernel.name);
    const states = from?.chains ?? await this.#start(key, posterior, args, settings);
    const records = recordsOf(states, from, { draws, thinning });
    const notices = await runChains(records, posterior, args, settings, numWorkers, sites, options);
    return await resultOf(records, sites, notices, (vectors) => posterior.values(vectors, args));
  }

  /** Returns the states before the first transition. */
  async #start(
    key: random.ThreefryKey,
    posterior: ModelPotential,
    args: readonly unknown[],
    settings: ChainSettings,
  ): Promise<ChainState[]> {
    const { numChains, numWarmup } = this.#options.lengths, { model, name, inverseMassMatrix } = this.kernel;
    const states = [], mass = firstMass(inverseMassMatrix, settings.dense, posterior.size, name);
    for (let chain = 0; chain < numChains; chain++) {
      const own = key.foldIn(chain), position = await findStart(posterior, own, model, args, name);
      states.push(firstState(settings, own.data, numWarmup, position, mass));
    }
    return states;
  }

  /** Frees the compiled programs. */
  release(): Promise<void> {
    return this.#posteriors.release();
  }
}
