/**
 * Neural Processes that lose their uncertainty: how often and how soon they do, with which first
 * weights, and a remedy.
 *
 * @module
 */
import type { Experiment, Profiles } from "@pyrosaur/pyrosaur/results";
import { random } from "@pyrosaur/pyrosaur/tensor";
import { report } from "./report.ts";
import { common, type NpConfig } from "./settings.ts";
import { targets } from "./targets.ts";
import type { Runs, RunsTask } from "./task.ts";

/** The number of runs of each setting whose functions are drawn. */
const SHOWN = 4;

/** Returns the experiment with profiles of one's own. */
export function npExperiment(profiles: Profiles<NpConfig>): Experiment<NpConfig, RunsTask, Runs> {
  return {
    name: "np_collapse",
    title: "The collapse of Neural Processes",
    question:
      "Does a Neural Process that is trained on five points stay uncertain about the function elsewhere? Orm's four trainings, " +
      "hundreds of runs of each, and a remedy.",
    data: [],
    profiles,
    targets,
    recovery: () => ({}),
    steps: "steps of runs",
    worker: new URL("./worker.ts", import.meta.url),
    tasks({ config: { seeds: _, settings, runs, chunk, ...config }, seeds, compile }) {
      return settings.flatMap((setting, place) =>
        Array.from({ length: Math.ceil(runs / chunk) }, (_, i) => {
          const key = random.key(seeds[0]).foldIn(place).foldIn(i).data;
          const own = Math.min(chunk, runs - i * chunk), shown = i === 0 ? SHOWN : 0;
          return {
            name: `${setting.name}-${i}`,
            steps: setting.steps * own,
            // A run of a thousand steps takes about 17 ms.
            seconds: setting.steps * own * 1.7e-5,
            data: { ...config, setting, key, runs: own, shown, compile },
          };
        })
      );
    },
    report,
  };
}

/** The experiment. */
export const experiment: Experiment<NpConfig, RunsTask, Runs> = npExperiment({
  quick: { ...common, seeds: 1, runs: 50 },
  full: { ...common, seeds: 1, runs: 500 },
});

export default experiment;
