/**
 * A process that is ended by SIGTERM: `reproduce` of an experiment that trains two models in epochs, in
 * Workers or, by `here`, one after another in this process.
 *
 * @module
 */
import { sha256 } from "../../lib/system/mod.ts";
import type { Experiment } from "../../lib/results/mod.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import { systemSignal } from "../../tasks/runner/system_signal.ts";
import { entryOf } from "./fake.ts";
import type { StoppableTask } from "./stoppable_worker.ts";

const experiment: Experiment<{ epochs: number; group: { rate: number } }, StoppableTask, Float32Array> = {
  name: "stoppable",
  title: "A training that is stopped",
  question: "Does a run that was stopped go on bit for bit?",
  data: [],
  profiles: {
    quick: { seeds: 2, epochs: 40, group: { rate: 0.1 } },
    full: { seeds: 2, epochs: 80, group: { rate: 0.1 } },
  },
  targets: {},
  recovery: () => ({}),
  steps: "epochs",
  worker: new URL("./stoppable_worker.ts", import.meta.url),
  tasks: ({ config, seeds }) =>
    seeds.map((seed) => ({
      name: `seed=${seed}`,
      steps: config.epochs,
      seconds: Deno.args.includes("here") ? 0 : 60,
      data: { seed, epochs: config.epochs, rate: config.group.rate, mark: `${Deno.args[0]}/mark-${seed}` },
    })),
  async report(ctx, results) {
    ctx.metric("loc", results.map(([loc]) => loc));
    ctx.file("hash.txt", new TextEncoder().encode(await sha256(results.map((r) => [...r].join()).join())));
  },
};

if (import.meta.main) {
  const [cwd, ...args] = Deno.args.filter((arg) => arg !== "here");
  Deno.exit(await reproduce(args, { registry: [entryOf(experiment)], cwd, signal: systemSignal() }));
}
