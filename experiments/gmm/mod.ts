/**
 * NumPyro's tutorial on Gaussian mixtures: the component of each point is summed out exactly. And
 * mixtures of Fisher's irises, whose number of components is chosen by flowers held out.
 *
 * @module
 */
import type { Experiment } from "@pyrosaur/pyrosaur/results";
import { rowsOf } from "./flowers.ts";
import { report } from "./report.ts";
import { type GmmConfig, profiles } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { GmmResult, GmmTask } from "./task.ts";

/** The experiment. */
export const experiment: Experiment<GmmConfig, GmmTask, GmmResult> = {
  name: "gmm",
  title: "Gaussian mixtures",
  question:
    "Which points belong together, where the assignment of each is summed out? NumPyro's tutorial; and how many kinds of " +
    "iris do flowers tell apart?",
  data: ["iris"],
  profiles,
  targets,
  recovery,
  steps: "parts",
  worker: new URL("./worker.ts", import.meta.url),
  tasks({ config: { starts, steps, draws, flowers }, seeds, compile, dataset }) {
    const rows = rowsOf(dataset("iris").value), { components: all, ...config } = flowers;
    const first = {
      name: "tutorial",
      steps: 1,
      seconds: 2,
      data: { kind: "tutorial" as const, starts, steps, draws, compile },
    };
    return [
      first,
      ...seeds.flatMap((seed, i) =>
        all.map((components) => ({
          name: `seed=${seed}_components=${components}`,
          steps: flowers.folds,
          seconds: 1 + flowers.folds * flowers.restarts * flowers.steps * 1e-4,
          data: { kind: "flowers" as const, components, rows, seed, shown: i === 0, config, compile },
        }))
      ),
    ];
  },
  report,
};

export default experiment;
