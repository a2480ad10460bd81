/**
 * Pyro's tutorial on customised objectives: nine ways to change what is optimised, each held
 * against its closed or built-in form, and what it makes of a regression.
 *
 * @module
 */
import type { Experiment } from "@pyrosaur/pyrosaur/results";
import { countriesOf } from "../rugged/countries.ts";
import { report } from "./report.ts";
import { type ObjectivesConfig, settings } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { SeedResult, SeedTask } from "./task.ts";

/** The experiment. */
export const experiment: Experiment<ObjectivesConfig, SeedTask, SeedResult> = {
  name: "svi_objectives",
  title: "Customised objectives",
  question:
    "Do nine ways to change what variational inference optimises do what their closed or built-in forms do, and what do they " +
    "make of a fit? Pyro's tutorial Customizing SVI objectives and training loops, on the ruggedness model.",
  data: ["rugged"],
  profiles: {
    quick: { ...settings, seeds: 1 },
    full: { ...settings, seeds: 10 },
  },
  targets,
  recovery,
  steps: "seeds",
  worker: new URL("./worker.ts", import.meta.url),
  tasks({ config: { seeds: _, ...config }, seeds, compile, dataset }) {
    const countries = countriesOf(dataset("rugged").value);
    return seeds.map((seed) => ({
      name: `seed=${seed}`,
      steps: 1,
      seconds: 5,
      data: { seed, countries, config, compile },
    }));
  },
  report,
};

export default experiment;
