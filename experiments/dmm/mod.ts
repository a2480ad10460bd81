/**
 * Pyro's tutorial on the Deep Markov Model: Bach's chorales, explained by a chain of latent states;
 * the gain of a guide with inverse autoregressive flows, and the reach of other training.
 *
 * @module
 */
import type { Experiment, Profiles } from "@pyrosaur/pyrosaur/results";
import { report } from "./report.ts";
import { type DmmConfig, profiles } from "./settings.ts";
import { recoveryOf, targetsOf } from "./targets.ts";
import type { DmmTask, Fit } from "./task.ts";

/** Returns the experiment with profiles of one's own. */
export function dmmExperiment(profiles: Profiles<DmmConfig>): Experiment<DmmConfig, DmmTask, Fit> {
  return {
    name: "dmm",
    title: "The Deep Markov Model",
    question:
      "How well does a Deep Markov Model predict Bach's chorales, and what do inverse autoregressive flows in its guide add? " +
      "Pyro's tutorial, and training of our own.",
    data: ["jsb"],
    profiles,
    fractions: ["training.optimiser.clipNorm"],
    targets: targetsOf(profiles),
    recovery: () => recoveryOf(profiles),
    steps: "epochs",
    worker: new URL("./worker.ts", import.meta.url),
    tasks({ config: { seeds: _, iafs, sizes, flows, ...config }, seeds: [seed], compile, dataset }) {
      const { value: pieces, sha256, source } = dataset("jsb"), { epochs, threads } = config.training;
      return iafs.map((numIafs) => ({
        name: `iafs=${numIafs}`,
        steps: epochs,
        seconds: epochs,
        threads,
        data: {
          ...config,
          sizes: numIafs > 0 ? { ...sizes, ...flows } : sizes,
          numIafs,
          pieces,
          data: sha256 ?? source,
          seed,
          compile,
        },
      }));
    },
    report,
  };
}

/** The experiment. */
export const experiment: Experiment<DmmConfig, DmmTask, Fit> = dmmExperiment(profiles);

export default experiment;
