import { inConsoles } from "../../system/mod.ts";
import type { HostArray } from "../../tensor/mod.ts";
import type { ChainRecord } from "./record.ts";
import type { MCMCState } from "./state.ts";
import { STATISTICS } from "./statistics.ts";

/** The draws of all chains, and the state to go on from. */
export class MCMCResult {
  /** @internal `MCMC.run` makes results. */
  constructor(
    /**
     * The values of latent and computed sites by name: `[chains * draws, ...shape]`. Those that are
     * summed out, and what is computed from them, `Predictive` draws: `{ posteriorSamples: samples,
     * inferDiscrete: true }`.
     */
    readonly samples: Readonly<Record<string, HostArray>>,
    /**
     * Statistics of each transition that is kept, by name, `[chains, draws]`: `logDensity` of the
     * unconstrained numbers, `energy`, `acceptProb`, `stepSize`, `numSteps` (gradients),
     * `treeDepth` and `diverging`.
     */
    readonly extraFields: Readonly<Record<string, HostArray>>,
    /** The number of chains. */
    readonly numChains: number,
    /** The transitions after the warm-up that diverged, those thinned out included. */
    readonly divergences: number,
    /** The state of all chains, to go on from. */
    readonly state: MCMCState,
    /** Failures: of chains, which are left out, and of checkpoints. */
    readonly notices: readonly string[],
  ) {}

  /** The number of draws of each chain. */
  get numSamples(): number {
    return this.extraFields.energy.shape[1];
  }

  /** The values by chain, `[chains, draws, ...shape of the site]`: the same numbers. */
  get chains(): Record<string, HostArray> {
    const { numChains, numSamples } = this;
    return Object.fromEntries(
      Object.entries(this.samples).map(([name, { data, shape: [, ...shape] }]) => [
        name,
        { data, shape: [numChains, numSamples, ...shape] },
      ]),
    );
  }

  /** A line on the run, and the notices. */
  toString(): string {
    const { numChains, numSamples, divergences, notices } = this;
    return [`${numChains} chains of ${numSamples} draws, ${divergences} divergences`, ...notices].join("\n");
  }

  /** The text, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}

/**
 * Puts together a result: of chains that got further than others the last draws are left out of it;
 * the state has them all.
 *
 * @param values returns the values of sites behind vectors
 * @throws (rejects) Error where all chains have failed.
 */
export async function resultOf(
  all: readonly ChainRecord[],
  sites: MCMCState["sites"],
  notices: readonly string[],
  values: (vectors: Float64Array) => Promise<Record<string, HostArray>>,
): Promise<MCMCResult> {
  const records = all.filter(({ failure }) => failure === undefined), numChains = records.length;
  if (numChains === 0) throw new Error(all[0].failure);
  const lost = all.flatMap(({ failure }, c) =>
    failure === undefined ? [] : [`Chain ${c} failed and is left out: ${failure}`]
  );
  const count = Math.min(...records.map(({ kept }) => kept)), width = STATISTICS.length;
  const size = records[0].state.position.length, vectors = new Float64Array(numChains * count * size);
  records.forEach((own, c) => vectors.set(own.vectors.subarray(0, count * size), c * count * size));
  const column = (index: number): HostArray => {
    const data = new Float64Array(numChains * count);
    records.forEach(({ statistics }, c) => {
      for (let i = 0; i < count; i++) data[c * count + i] = statistics[i * width + index];
    });
    return { data, shape: [numChains, count] };
  };
  const extraFields = Object.fromEntries(STATISTICS.map((name, i) => [name, column(i)]));
  const divergences = records.reduce((sum, record) => sum + record.divergences, 0);
  const state = stateOf(records, sites);
  return new MCMCResult(await values(vectors), extraFields, numChains, divergences, state, [
    ...lost,
    ...notices,
  ]);
}

/**
 * Returns the state of chains.
 *
 * @param withDraws true to keep the draws so far (default: where a chain is not at its end)
 */
export function stateOf(
  records: readonly ChainRecord[],
  sites: MCMCState["sites"],
  withDraws: boolean = records.some(({ isOver }) => !isOver),
): MCMCState {
  const state = { sites, chains: records.map(({ state }) => state) };
  return withDraws ? { ...state, unfinished: records.map(({ unfinished }) => unfinished) } : state;
}
