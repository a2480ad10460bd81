/**
 * The forecast of a price by Bayesian networks, as a text on Pyro has it, measured: beside
 * forecasting no change at all, and on many parts of the series.
 *
 * @module
 */
import type { Experiment } from "@pyrosaur/pyrosaur/results";
import { report } from "./report.ts";
import type { Split } from "./rows.ts";
import { rollingSplits, sourceSplit } from "./series.ts";
import { common, type FinanceConfig, NETWORKS } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { FitsTask, SplitResult } from "./task.ts";

/** Cuts splits into parts of a number of them, with the place of the first of each. */
function* chunks(
  splits: readonly Split[],
  size: number,
): Generator<{ first: number; splits: readonly Split[] }> {
  for (let first = 0; first < splits.length; first += size) {
    yield { first, splits: splits.slice(first, first + size) };
  }
}

/** The experiment. */
export const experiment: Experiment<FinanceConfig, FitsTask, SplitResult[]> = {
  name: "bnn_finance",
  title: "Bayesian networks for a price",
  question:
    "Does a Bayesian network forecast tomorrow's price of ether? A text concludes so from one picture of 30 days; here by " +
    "six scores, beside honest baselines, on a test that rolls through the series.",
  data: ["ethusd"],
  profiles: {
    quick: { ...common, seeds: 2, origins: 4, bayesianSteps: 1500 },
    full: { ...common, seeds: 5, origins: null, bayesianSteps: 4000 },
  },
  targets,
  recovery,
  steps: "fits",
  worker: new URL("./worker.ts", import.meta.url),
  tasks({ config: { seeds: _, ...config }, seeds, compile, dataset }) {
    const { value: table } = dataset("ethusd");
    const splits = [sourceSplit(table, config), ...rollingSplits(table, config)];
    const data = { config, seeds, compile };
    const networks = NETWORKS.flatMap((what) =>
      [...chunks(splits, config.chunk)].map((part) => ({
        name: `${what}-${part.first}`,
        steps: part.splits.length,
        // A step of five members takes about 2 ms.
        seconds: part.splits.length * (what === "nn" ? 600 : config.bayesianSteps) * seeds.length * 4e-4,
        data: { ...data, ...part, what },
      }))
    );
    const linear = { name: "linear", steps: splits.length, seconds: 5 };
    return [{ ...linear, data: { ...data, what: "linear" as const, first: 0, splits } }, ...networks];
  },
  report,
};

export default experiment;
