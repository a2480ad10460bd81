/**
 * The seconds that independent trainings of a Neural Process take in a process of their own, from
 * the start of the first Worker to the last loss: `total.ts RUNS STEPS`. Prints JSON.
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import { availableParallelism } from "node:os";
import { inWorkers } from "../../lib/workers/mod.ts";
import { median } from "../../lib/statistics/mod.ts";
import type { TrainTask } from "./train.ts";

/** As many as the experiment trains in one graph. */
const CHUNK = 50;

const [runs, steps] = Deno.args.map(Number), cores = availableParallelism();
const begin = performance.now();
const chunk = Math.min(CHUNK, Math.ceil(runs / cores));
const tasks = Array.from({ length: Math.ceil(runs / chunk) }, (_, i): TrainTask => ({
  runs: Math.min(chunk, runs - i * chunk),
  steps,
  chunk: i,
}));
const losses = await inWorkers<TrainTask, number[]>(new URL("./worker.ts", import.meta.url), tasks, {
  atATime: cores,
  describe: (task) => `train ${task.runs} runs`,
});
answer({ total_s: (performance.now() - begin) / 1000, loss: median(losses.flat()) });
