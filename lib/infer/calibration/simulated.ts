import type { OptionNames } from "../../system/mod.ts";
import { chiSquareTail } from "../../statistics/mod.ts";
import { type AnyFunction, checkArguments, checkList, condition } from "../../ppl/mod.ts";
import { type HostArray, type Key, sizeOf } from "../../tensor/mod.ts";
import { Predictive } from "../predictive/mod.ts";

/** Options that all calibrations by simulation have. */
export interface SimulationOptions {
  /** The sites whose values are data: drawn from the prior, then observed. */
  observe: readonly string[];
  /** The arguments of the model, without the data (default none). */
  args?: readonly unknown[];
  /** The number of simulated data sets (default 200). */
  numSimulations?: number;
  /** The draws that a simulation's values are ranked among (default 99). */
  numSamples?: number;
  /** The number of bars of the histograms (default 10). */
  bins?: number;
}

/** The names of the options. */
export const simulationOptionNames: OptionNames<SimulationOptions> = {
  observe: true,
  args: true,
  numSimulations: true,
  numSamples: true,
  bins: true,
};

/** The ranks of one number of a site. */
export interface RankHistogram {
  /** The site, with the number's index in it: `w[2]`; no index for a scalar. */
  readonly name: string;
  /** The rank in each simulation: the number of draws below the simulated value. */
  readonly ranks: Int32Array;
  /** The number of ranks in each bar. */
  readonly counts: Int32Array;
  /** The probability of as uneven counts, were the ranks uniform (chi-square). */
  readonly pValue: number;
}

/** Draws from an approximation of the posterior of simulated data, by site: `[draws, ...shape]`. */
export type DrawsOf = (
  key: Key,
  data: Record<string, HostArray>,
) => Promise<Readonly<Record<string, HostArray>>>;

/** Returns a model whose first argument are data by name, before its own arguments. */
export const withData = (model: AnyFunction) => (data: Record<string, any>, ...given: unknown[]): unknown =>
  condition(model, data)(...given);

/**
 * Draws values and data from the prior, and ranks the values among draws given the data.
 *
 * @param user the function that asks, for messages
 */
export async function rankSimulated(
  user: string,
  model: AnyFunction,
  key: Key,
  { observe, args = [], numSimulations = 200, numSamples = 99, bins = 10 }: SimulationOptions,
  drawsOf: DrawsOf,
): Promise<RankHistogram[]> {
  checkList(`run ${user}`, "observe", observe);
  checkArguments(`run ${user}`, args);
  const [forPrior, forDraws] = key.split(2), ranks = new Map<string, Int32Array>();
  const prior = new Predictive(model, { numSamples: numSimulations, dtype: "float64" });
  const drawn = Object.entries(await prior(forPrior, ...args)).map(([name, value]) =>
    [name, { data: Float64Array.from(value.dataSync()), shape: value.shape.slice(1) }] as const
  );
  await prior.release();
  const absent = observe.find((name) => !drawn.some(([own]) => own === name));
  if (absent !== undefined) {
    const names = drawn.map(([name]) => `"${name}"`).join(", ");
    throw new Error(`Cannot run ${user}: the model has no site "${absent}" to observe; it has ${names}`);
  }
  const valueOf = ({ data, shape }: HostArray, i: number): HostArray => {
    const size = sizeOf(shape);
    return { data: data.slice(i * size, (i + 1) * size), shape };
  };
  for (let i = 0; i < numSimulations; i++) {
    const data = Object.fromEntries(
      drawn.flatMap(([name, all]) => observe.includes(name) ? [[name, valueOf(all, i)]] : []),
    );
    const samples = await drawsOf(forDraws.foldIn(i), data);
    for (const [name, all] of drawn) {
      if (observe.includes(name) || !samples[name]) continue;
      const truth = valueOf(all, i).data, draws = samples[name].data;
      truth.forEach((value, at) => {
        const own = truth.length === 1 && all.shape.length === 0 ? name : `${name}[${at}]`;
        if (!ranks.has(own)) ranks.set(own, new Int32Array(numSimulations));
        let rank = 0;
        for (let d = at; d < draws.length; d += truth.length) if (draws[d] < value) rank++;
        ranks.get(own)![i] = rank;
      });
    }
  }
  return [...ranks].map(([name, own]) => histogram(name, own, numSamples + 1, bins));
}

function histogram(name: string, ranks: Int32Array, places: number, bins: number): RankHistogram {
  const counts = new Int32Array(bins), expected = new Float64Array(bins);
  const barOf = (rank: number) => Math.floor(rank * bins / places);
  for (const rank of ranks) counts[barOf(rank)]++;
  for (let rank = 0; rank < places; rank++) expected[barOf(rank)] += ranks.length / places;
  const distance = counts.reduce((sum, n, i) => sum + (n - expected[i]) ** 2 / expected[i], 0);
  return { name, ranks, counts, pValue: chiSquareTail(distance, bins - 1) };
}
