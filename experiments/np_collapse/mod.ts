/**
 * Neural Processes that lose their uncertainty: how often, how soon, with which first weights, and
 * what helps.
 *
 * @module
 */
import type { Context, Experiment, Profiles } from "../../lib/results/experiment.ts";
import { share } from "../../lib/statistics/mod.ts";
import { outcomesOf } from "./chunks.ts";
import { common, type NpConfig } from "./config.ts";
import { report } from "./report.ts";
import { targets } from "./targets.ts";

async function run(ctx: Context<NpConfig>): Promise<void> {
  const outcomes = await outcomesOf(ctx);
  for (const { setting, collapsed } of outcomes) {
    const { rate, n } = share(collapsed);
    ctx.log(`${setting.name}: ${Math.round(100 * rate)}% of ${n} runs collapsed`);
  }
  report(ctx, outcomes);
}

/** The experiment with profiles of one's own. */
export function npExperiment(profiles: Profiles<NpConfig>): Experiment<NpConfig> {
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
    run,
  };
}

/** The experiment. */
export const experiment: Experiment<NpConfig> = npExperiment({
  quick: { ...common, seeds: 1, runs: 50 },
  full: { ...common, seeds: 1, runs: 500 },
});

export default experiment;
