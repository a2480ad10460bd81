import type { ProgressBar } from "../../lib/results/experiment.ts";
import { type Fit, fit, type Task } from "./fits.ts";
import type { Report } from "./worker.ts";

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

/** Runs a task in a Worker of its own, which ends with it, or when the signal says so. */
async function inWorker(task: Task, bar: ProgressBar, signal: AbortSignal): Promise<Fit> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Fit>();
  const of = `the model with ${task.numIafs} flows`;
  signal.addEventListener("abort", () => reject(signal.reason));
  worker.onmessage = ({ data: report }: MessageEvent<Report>) => {
    if (report.type === "progress") bar.update(report.done, report.text);
    else if (report.type === "fit") resolve(report.fit);
    else reject(new Error(`Cannot train ${of}: ${report.message}`));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`Cannot train ${of}: ${event.message}`));
  };
  try {
    signal.throwIfAborted();
    worker.postMessage(task);
    return await promise;
  } finally {
    worker.terminate();
  }
}

/**
 * Trains and measures several models: side by side in Workers where there are cores for it and each is content with one
 * thread (two trainings of one thread do more than one of two), else one after the other. The first error ends them all;
 * their checkpoints stay.
 *
 * @param cores how many run at a time at most
 */
export async function fitAll(
  tasks: readonly Task[],
  cores: number,
  bars: readonly ProgressBar[],
): Promise<Fit[]> {
  const atATime = tasks.every(({ training }) => training.threads === 1) ? Math.min(cores, tasks.length) : 1;
  const fits: Fit[] = [], cancel = new AbortController();
  if (atATime === 1) {
    for (const [i, task] of tasks.entries()) fits.push(await fit(task, bars[i]));
    return fits;
  }
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < tasks.length; i = next++) {
      fits[i] = await inWorker(tasks[i], bars[i], cancel.signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: atATime }, lane));
  } catch (error) {
    cancel.abort(error);
    throw error;
  }
  return fits;
}
