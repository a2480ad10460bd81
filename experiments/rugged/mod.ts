/**
 * Pyro's introduction, whole: the effect of a rugged terrain on a country's GDP, in Africa and
 * elsewhere.
 *
 * @module
 */
import type { Experiment } from "@pyrosaur/pyrosaur/results";
import { countriesOf } from "./countries.ts";
import { report } from "./report.ts";
import { type RuggedConfig, settings } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { SeedResult, SeedTask } from "./task.ts";

/** The experiment. */
export const experiment: Experiment<RuggedConfig, SeedTask, SeedResult> = {
  name: "rugged",
  title: "Ruggedness and GDP",
  question:
    "Is a rugged terrain good for a country's GDP in Africa and bad elsewhere, and how sure can one be? " +
    "Pyro's introduction, by maximum likelihood, by mean-field and by full-rank variational inference.",
  data: ["rugged"],
  profiles: {
    quick: { ...settings, seeds: 2 },
    full: { ...settings, seeds: 10 },
  },
  targets,
  recovery,
  steps: "seeds",
  worker: new URL("./worker.ts", import.meta.url),
  tasks({ config: { seeds: _, ...config }, seeds, compile, dataset }) {
    const countries = countriesOf(dataset("rugged").value);
    return seeds.map((seed, i) => ({
      name: `seed=${seed}`,
      steps: 1,
      seconds: 0.25,
      data: { seed, countries, config, compile, shown: i === 0 },
    }));
  },
  report,
};

export default experiment;
