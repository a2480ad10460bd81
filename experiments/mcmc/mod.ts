/**
 * Markov chain Monte Carlo on five posteriors, each of which has a lesson: eight schools, a
 * regression, a mixture, Neal's funnel, and the volatility of a price.
 *
 * @module
 */
import type { Experiment } from "@pyrosaur/pyrosaur/results";
import type { PartTask } from "./part.ts";
import { parts } from "./parts.ts";
import { type McmcConfig, PARTS, profiles } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { McmcResult } from "./task.ts";

/** The experiment. */
export const experiment: Experiment<McmcConfig, PartTask, McmcResult> = {
  name: "mcmc",
  title: "Markov chain Monte Carlo",
  question:
    "Do chains of NUTS have the posteriors that are known, and do their diagnostics tell where they do not? Eight schools, " +
    "the ruggedness regression beside its guides, a mixture with its memberships summed out, Neal's funnel, and volatility.",
  data: ["rugged", "ethusd"],
  profiles,
  targets,
  recovery,
  steps: "draws",
  worker: new URL("./worker.ts", import.meta.url),
  tasks: (settings) => PARTS.flatMap((name) => parts[name].tasks(settings)),
  async report(ctx, results) {
    for (const name of PARTS) {
      await parts[name].report(ctx, results.filter(({ part }) => part === name).map(({ result }) => result));
    }
  },
};

export default experiment;
