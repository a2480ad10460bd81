/**
 * Chopra's "Making Your Neural Network Say I Don't Know": a Bayesian network for MNIST's digits, as
 * the text trains it and as it should be, beside plain networks and an ensemble.
 *
 * @module
 */
import type { Experiment, Profiles } from "@pyrosaur/pyrosaur/results";
import { firstDigits } from "./images.ts";
import { report } from "./report.ts";
import { type BnnConfig, METHODS, profiles } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { BnnTask, Fit } from "./task.ts";

/** Returns the experiment with profiles of one's own. */
export function bnnExperiment(profiles: Profiles<BnnConfig>): Experiment<BnnConfig, BnnTask, Fit> {
  return {
    name: "bnn_mnist",
    title: 'A network that may say "I don\'t know"',
    question:
      "Does a Bayesian network know which images of digits it cannot read? Chopra's training, the same with the likelihood of " +
      "all data, a plain network, and an ensemble of five.",
    data: ["mnist"],
    profiles,
    fractions: ["training.checkpointMinutes"],
    targets,
    recovery,
    steps: "epochs",
    worker: new URL("./worker.ts", import.meta.url),
    tasks({ config: { seeds: _, trainImages, testImages, ...config }, seeds, compile, dataset }) {
      const { value, sha256, source } = dataset("mnist"), { epochs } = config.training;
      const train = firstDigits(value.train, trainImages, "training");
      const test = firstDigits(value.test, testImages, "test");
      return seeds.flatMap((seed, i) =>
        METHODS.map((method) => {
          const steps = epochs * (method === "plain" ? config.members : 1);
          return {
            name: `${method}-seed=${seed}`,
            steps,
            seconds: steps * trainImages / 2000,
            data: {
              ...config,
              method,
              train,
              test,
              data: sha256 ?? source,
              seed,
              kept: method === "scaled" && i === 0,
              compile,
            },
          };
        })
      );
    },
    report,
  };
}

/** The experiment. */
export const experiment: Experiment<BnnConfig, BnnTask, Fit> = bnnExperiment(profiles);

export default experiment;
