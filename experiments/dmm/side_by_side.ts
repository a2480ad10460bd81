import type { ProgressBar } from "../../lib/results/experiment.ts";
import { inWorkers } from "../../lib/workers/in_workers.ts";
import { type Fit, fit, type Task } from "./fits.ts";

/** One bar for all models: the epochs of all together, and the words of each. */
export function sharedBar(bar: ProgressBar, names: readonly string[]): ProgressBar[] {
  const done = names.map(() => 0), texts = names.map(() => "");
  return names.map((name, i) => ({
    update(epochs: number, text = "") {
      done[i] = epochs;
      texts[i] = `${name}: ${text}`;
      bar.update(done.reduce((a, b) => a + b), texts.filter(Boolean).join(", "));
    },
    done() {},
    [Symbol.dispose]() {},
  }));
}

/**
 * Trains and measures several models: side by side in Workers where there are cores for it and each
 * is content with one thread, else one after the other. The first error ends them all; their
 * checkpoints stay.
 *
 * @param cores how many run at a time at most
 */
export async function fitAll(
  tasks: readonly Task[],
  cores: number,
  bars: readonly ProgressBar[],
): Promise<Fit[]> {
  const atATime = tasks.every(({ training }) => training.threads === 1) ? Math.min(cores, tasks.length) : 1;
  if (atATime > 1) {
    return await inWorkers(new URL("./worker.ts", import.meta.url), tasks, {
      atATime,
      describe: ({ numIafs }) => `train the model with ${numIafs} flows`,
      told: (i, done, text) => bars[i].update(done, text),
    });
  }
  const fits: Fit[] = [];
  for (const [i, task] of tasks.entries()) fits.push(await fit(task, bars[i]));
  return fits;
}
