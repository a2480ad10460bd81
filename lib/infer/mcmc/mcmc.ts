import { checkOptions } from "../../system/mod.ts";
import type { Key } from "../../tensor/mod.ts";
import { Kernel } from "./kernel.ts";
import { lengthsOf, type MCMCOptions } from "./mcmc_options.ts";
import { mcmcOptionNames, type MCMCRunOptions, runOptionNames } from "./mcmc_options.ts";
import type { MCMCResult } from "./result.ts";
import type { Runs } from "./runs.ts";
import { StochasticKernel } from "./stochastic/kernel.ts";
import type { StochasticRuns } from "./stochastic/runs.ts";
import type { MCMCState } from "./state.ts";

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
  readonly #options: ReturnType<typeof lengthsOf>;
  #runs: Promise<Runs | StochasticRuns> | undefined;

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
    this.#options = lengthsOf(options);
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
    return await this.#run(key, args, this.#options.lengths.numSamples, options);
  }

  async #run(
    key: Key,
    args: readonly unknown[],
    draws: number,
    options: MCMCRunOptions | undefined,
  ): Promise<MCMCResult> {
    checkOptions("run MCMC", options, runOptionNames);
    // What runs chains is read when the first one runs, and by no other process.
    const { kernel } = this, own = this.#options;
    this.#runs ??= kernel instanceof StochasticKernel
      ? import("./stochastic/runs.ts").then(({ StochasticRuns }) => new StochasticRuns(kernel, own))
      : import("./runs.ts").then(({ Runs }) => new Runs(kernel, own));
    return await (await this.#runs).run(key, args, draws, options ?? {});
  }

  /** Frees the compiled programs; later runs compile them anew. */
  async release(): Promise<void> {
    await (await this.#runs)?.release();
  }
}
