import { type HostArray, type Key, random } from "../../../tensor/mod.ts";
import { hostArguments } from "../../stepping/mod.ts";
import type { ChainState } from "../chain.ts";
import { checkRun } from "../checks.ts";
import type { lengthsOf, MCMCRunOptions } from "../mcmc_options.ts";
import { Posteriors } from "../posteriors.ts";
import { chainBars } from "../progress.ts";
import { type ChainRecord, endOf, keptAt, type Part } from "../record.ts";
import { recordsOf } from "../records.ts";
import { type MCMCResult, resultOf, stateOf } from "../result.ts";
import { Saving } from "../saving.ts";
import { checkState } from "../state.ts";
import { STATISTICS } from "../statistics.ts";
import type { StochasticKernel } from "./kernel.ts";
import { StochasticPosterior } from "./posterior.ts";

/** The runs of one stochastic kernel, which share compiled programs; see `MCMC.run`. */
export class StochasticRuns {
  readonly #posteriors: Posteriors<StochasticPosterior>;
  readonly #options: ReturnType<typeof lengthsOf>;

  constructor(private readonly kernel: StochasticKernel, options: ReturnType<typeof lengthsOf>) {
    this.#options = options;
    this.#posteriors = new Posteriors(() => new StochasticPosterior(kernel, options.compile));
  }

  /** Runs chains side by side, as many draws each, after what is left of their warm-up. */
  async run(
    key: Key,
    given: readonly unknown[],
    draws: number,
    options: MCMCRunOptions,
  ): Promise<MCMCResult> {
    checkRun(key, given, options);
    const { state: from, progress = true, signal, checkpoint, checkpointSeconds = 60 } = options;
    const { thinning } = this.#options.lengths, args = hostArguments(given);
    const posterior = this.#posteriors.of(args);
    await posterior.prepare(random.key(0), args);
    const { sites } = posterior;
    if (from) checkState(from, sites, { draws, thinning });
    if (from?.chains.some(({ stepSize }) => !Number.isNaN(stepSize))) {
      throw new Error(
        `Cannot go on: the state is of HMC or NUTS, not of ${this.kernel.name}; start anew, at its draws, with the ` +
          "option initStrategy: initToValue",
      );
    }
    const states = from?.chains ?? await this.#start(key, posterior, args);
    const count = states.length, [{ step: begin, key: root, position: { length: size } }] = states;
    const records = recordsOf(states, from, { draws, thinning });
    const [{ plan }] = records, notices = new Set<string>(), began = performance.now();
    const tell = typeof progress === "function" ? progress : progress ? chainBars() : () => {};
    const saving = checkpoint === undefined
      ? undefined
      : new Saving(checkpoint, checkpointSeconds, () => stateOf(records, sites, true), notices);
    const together = (part: (state: ChainState) => Float64Array): HostArray => {
      const data = new Float64Array(count * size);
      states.forEach((state, c) => data.set(part(state), c * size));
      return { data, shape: [count, size] };
    };
    let told = new Float64Array();
    await posterior.loop.run({
      carry: {
        position: together(({ position }) => position),
        momentum: together(({ momentum }) => momentum ?? new Float64Array(size)),
      },
      first: begin,
      steps: Math.max(0, endOf(plan) - begin),
      args,
      key: random.keyFromData(root),
      progress: false,
      signal,
      output: (_done, steps) => {
        told = new Float64Array(steps * count * (2 + size));
        return { data: told, shape: [steps, count, 2 + size] };
      },
      after: async ({ first, count: steps, carry }) => {
        const row = (at: number, c: number) =>
          told.subarray((at * count + c) * (2 + size)).subarray(0, 2 + size);
        const after = carry();
        records.forEach((record, c) => {
          for (let at = 0; at < steps; at++) {
            if (!Number.isFinite(row(at, c)[0])) refuse(this.kernel.name, c, first + at, row(at, c)[0]);
          }
          const { position, momentum } = after,
            own = ({ data }: HostArray) => Float64Array.from(data.subarray(c * size, (c + 1) * size));
          const state = {
            ...record.state,
            step: first + steps,
            position: own(position),
            momentum: own(momentum),
          };
          record.add(partOf(record, first, steps, state, (at) => row(at, c)));
        });
        tell({ chains: records.map((r) => r.progress), seconds: (performance.now() - began) / 1000 });
        await saving?.turn(() => {});
        return undefined;
      },
    });
    await saving?.end();
    return await resultOf(records, sites, [...notices], (vectors) => posterior.values(vectors, args));
  }

  /** Returns the states before the first transition: all chains have the run's key. */
  async #start(
    key: random.ThreefryKey,
    posterior: StochasticPosterior,
    args: readonly unknown[],
  ): Promise<ChainState[]> {
    const { numChains, numWarmup } = this.#options.lengths, states: ChainState[] = [];
    for (let chain = 0; chain < numChains; chain++) {
      const position = await posterior.first(key.foldIn(chain) as random.ThreefryKey, args);
      const inverseMass = new Float64Array(position.length).fill(1);
      const fixed = { step: 0, warmup: numWarmup, stepSize: NaN, isSearching: false, adaptation: null };
      states.push({ ...fixed, key: key.data, position: Float64Array.from(position), inverseMass });
    }
    return states;
  }

  /** Frees the compiled programs. */
  release(): Promise<void> {
    return this.#posteriors.release();
  }
}

/** Returns the draws that some transitions add to a record. */
function partOf(
  { plan }: ChainRecord,
  first: number,
  steps: number,
  state: ChainState,
  row: (at: number) => Float64Array,
): Part {
  const kept = Array.from({ length: steps }, (_, at) => at).filter((at) =>
    first + at >= plan.first && keptAt(plan, first + at + 1) > keptAt(plan, first + at)
  );
  const size = state.position.length, width = STATISTICS.length;
  const vectors = new Float64Array(kept.length * size), statistics = new Float64Array(kept.length * width);
  kept.forEach((at, i) => {
    const [energy, stepSize] = row(at);
    vectors.set(row(at).subarray(2), i * size);
    statistics.set([-energy, energy, 1, stepSize, 1, 0, 0], i * width);
  });
  return { state, vectors, statistics, divergences: 0 };
}

function refuse(user: string, chain: number, step: number, energy: number): never {
  throw new Error(
    `Cannot go on with ${user}: in chain ${chain}, at transition ${step}, the density is ${
      energy === Infinity ? "0" : "no number"
    }; take a smaller stepSize`,
  );
}
