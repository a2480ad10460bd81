/**
 * A chunk of a sweep over an experiment whose trainings take as long as is asked for: the program
 * of a job in the tests of Slurm.
 *
 * @module
 */
import type { Experiment } from "../../lib/results/mod.ts";
import { runCells } from "../../tasks/plan/run_cells.ts";
import { systemSignal } from "../../tasks/runner/system_signal.ts";
import { entryOf } from "../tasks/fake.ts";
import type { SlowTask } from "./slow_worker.ts";

/** A training of `epochs`, each of which takes `pause` milliseconds at least. */
export const slow: Experiment<Omit<SlowTask, "seed">, SlowTask, number> = {
  name: "slow",
  title: "A training that takes its time",
  question: "Does a job that was ended go on?",
  data: [],
  profiles: {
    quick: { seeds: 1, epochs: 4, pause: 0, rate: 0.1, checkpointMinutes: 1000, wrong: false },
    full: { seeds: 1, epochs: 4, pause: 0, rate: 0.1, checkpointMinutes: 1000, wrong: false },
  },
  targets: {},
  recovery: () => ({}),
  steps: "epochs",
  worker: new URL("./slow_worker.ts", import.meta.url),
  tasks: ({ config: { seeds: _, ...config }, seeds: [seed] }) => [
    { name: `seed=${seed}`, steps: config.epochs, seconds: 0, data: { ...config, seed } },
  ],
  report(ctx, [loc]) {
    if (ctx.config.wrong) throw new Error("It is wrong for good");
    ctx.metric("loc", loc);
  },
};

/** The registry of these tests. */
export const slowRegistry = [entryOf(slow)];

if (import.meta.main) {
  const [chunk, done] = Deno.args;
  Deno.exit(await runCells(chunk, done, { registry: slowRegistry, signal: systemSignal() }));
}
