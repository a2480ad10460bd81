/**
 * Pyro's tutorial on the Deep Markov Model: chorales of Bach's, explained by a chain of latent
 * states. How much does a guide with inverse autoregressive flows gain, and how far does other
 * training get?
 *
 * @module
 */
import { cpus } from "node:os";
import type { Context, Experiment, Profiles } from "../../lib/results/experiment.ts";
import { mean } from "../../lib/statistics/mod.ts";
import type { Task } from "./fits.ts";
import { type DmmConfig, profiles } from "./profiles.ts";
import { report } from "./report.ts";
import { fitAll, sharedBar } from "./side_by_side.ts";
import { recoveryOf, targetsOf } from "./targets.ts";

async function run(ctx: Context<DmmConfig>): Promise<void> {
  const { value: pieces, sha256, source } = ctx.dataset("jsb"), { engine, device, dtype, resume } = ctx;
  const { iafs, ...settings } = ctx.config;
  const tasks = iafs.map((numIafs): Task => ({
    ...settings,
    numIafs,
    pieces,
    data: sha256 ?? source,
    seed: ctx.seeds[0],
    folder: `${ctx.checkpointDir}/iafs${numIafs}`,
    resume,
    compile: { engine, device, dtype },
  }));
  using bar = ctx.progress("epochs", tasks.length * settings.training.epochs);
  const fits = await fitAll(tasks, cpus().length, sharedBar(bar, iafs.map((n) => `${n} flows`)));
  for (const { numIafs, bestEpoch, restarts, seconds, testNll } of fits) {
    ctx.log(
      `${numIafs} flows: test NLL ${mean(testNll).toFixed(3)} at epoch ${bestEpoch}, ${
        Math.round(seconds)
      } s` +
        (restarts > 0 ? `, begun again ${restarts} times` : ""),
    );
  }
  await report(ctx, fits, pieces);
}

/** The experiment with profiles of one's own. */
export function dmmExperiment(profiles: Profiles<DmmConfig>): Experiment<DmmConfig> {
  return {
    name: "dmm",
    title: "The Deep Markov Model",
    question:
      "How well does a Deep Markov Model predict Bach's chorales, and what do inverse autoregressive flows in its guide add? " +
      "Pyro's tutorial, and training of our own.",
    data: ["jsb"],
    profiles,
    targets: targetsOf(profiles),
    recovery: () => recoveryOf(profiles),
    run,
  };
}

/** The experiment. */
export const experiment: Experiment<DmmConfig> = dmmExperiment(profiles);

export default experiment;
