/**
 * Pyro's tutorial on the variational autoencoder: MNIST's digits, explained by 50 numbers each; the
 * example's own training, and one that gets further with the same networks.
 *
 * @module
 */
import type { Experiment, Profiles } from "@pyrosaur/pyrosaur/results";
import { imagesOf } from "./images.ts";
import { report } from "./report.ts";
import { profiles, type VaeConfig } from "./settings.ts";
import { recovery } from "./targets.ts";
import type { Fit, VaeTask } from "./task.ts";

/** Returns the experiment with profiles of one's own. */
export function vaeExperiment(profiles: Profiles<VaeConfig>): Experiment<VaeConfig, VaeTask, Fit> {
  return {
    name: "vae",
    title: "The variational autoencoder",
    question:
      "How well do 50 numbers explain an image of a digit, and does the same program in Pyro get as far? Pyro's tutorial, and " +
      "training of our own.",
    data: ["mnist"],
    profiles,
    fractions: ["training.checkpointMinutes"],
    targets: {},
    recovery,
    steps: "epochs",
    worker: new URL("./worker.ts", import.meta.url),
    tasks({ config: { seeds: _, mapped: _m, ...config }, seeds: [seed], compile, dataset }) {
      const { value: { train, test }, sha256, source } = dataset("mnist"),
        { epochs, threads } = config.training;
      return [{
        name: "vae",
        steps: epochs,
        seconds: 5 * epochs,
        ...(threads && { threads }),
        data: {
          ...config,
          train: imagesOf(train),
          test: imagesOf(test),
          data: sha256 ?? source,
          seed,
          compile,
        },
      }];
    },
    report,
  };
}

/** The experiment. */
export const experiment: Experiment<VaeConfig, VaeTask, Fit> = vaeExperiment(profiles);

export default experiment;
