import { inConsoles } from "../../system/mod.ts";
import type { HostArray } from "../../tensor/mod.ts";
import { STATISTICS } from "./chain.ts";
import type { Drawn } from "./chain_run.ts";
import type { MCMCState } from "./state.ts";

/** The draws of all chains, and the state to go on from. */
export class MCMCResult {
  /** @internal `MCMC.run` makes results. */
  constructor(
    /** The values of latent and computed sites by name: `[chains * draws, ...shape]`. */
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

  /** A line on the run. */
  toString(): string {
    const { numChains, numSamples, divergences } = this;
    return `${numChains} chains of ${numSamples} draws, ${divergences} divergences`;
  }

  /** The line, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}

/**
 * Puts together the result of runs that were ended or aborted: of chains that got further than
 * others the last draws are left out.
 *
 * @param values returns the values of sites behind vectors
 */
export async function resultOf(
  runs: readonly { readonly drawn: Drawn; readonly divergences: number }[],
  state: MCMCState,
  values: (vectors: Float64Array) => Promise<Record<string, HostArray>>,
): Promise<MCMCResult> {
  const width = STATISTICS.length, numChains = runs.length, drawn = runs.map((run) => run.drawn);
  const count = Math.min(...drawn.map(({ statistics }) => statistics.length / width));
  const size = state.chains[0].position.length, vectors = new Float64Array(numChains * count * size);
  drawn.forEach((own, c) => vectors.set(own.vectors.subarray(0, count * size), c * count * size));
  const column = (index: number): HostArray => {
    const data = new Float64Array(numChains * count);
    drawn.forEach(({ statistics }, c) => {
      for (let i = 0; i < count; i++) data[c * count + i] = statistics[i * width + index];
    });
    return { data, shape: [numChains, count] };
  };
  const extraFields = Object.fromEntries(STATISTICS.map((name, i) => [name, column(i)]));
  const divergences = runs.reduce((sum, run) => sum + run.divergences, 0);
  return new MCMCResult(await values(vectors), extraFields, numChains, divergences, state);
}
