import { availableParallelism } from "node:os";
import type { Experiment, Task } from "../../lib/results/mod.ts";
import { inWorkers, type WorkersOptions } from "../../lib/workers/mod.ts";
import { inThisProcess } from "./in_this_process.ts";
import { KeptResults } from "./kept_results.ts";
import { SharedBar } from "./shared_bar.ts";
import type { Terminal } from "./terminal.ts";

/** The surroundings of an experiment's tasks. */
export interface TaskOptions {
  /** The folder of the results that are kept, and of each task's own checkpoints. */
  readonly folder: string;
  /** True to take results that are kept, and to go on from checkpoints. */
  readonly resume: boolean;
  /** The terminal for the bar and for notices. */
  readonly terminal: Terminal;
  /** Ends all tasks, those under way with a checkpoint; those that are done stay kept. */
  readonly signal?: AbortSignal;
  /** Seconds that a task then has for its checkpoint (default 20: Slurm kills after 30). */
  readonly grace?: number;
  /** The number of cores (default: those that the process may run on). */
  readonly cores?: number;
}

/** Seconds until a Worker has loaded the library. */
const WORKER_START = 1.5;

/**
 * Returns the number of tasks to do at a time: one, in this process, where Workers would save less
 * than their start costs.
 */
export function lanesFor(tasks: readonly Task[], cores: number): number {
  const threads = Math.max(1, ...tasks.map((task) => task.threads ?? 1));
  const lanes = Math.max(1, Math.min(tasks.length, Math.floor(cores / threads)));
  const seconds = tasks.reduce((sum, task) => sum + task.seconds, 0);
  return seconds * (1 - 1 / lanes) > WORKER_START ? lanes : 1;
}

const NAME = /^[\w.=-]+$/;

function checkNames(tasks: readonly Task[]): void {
  const names = tasks.map(({ name }) => name), wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    throw new Error(`Invalid name of a task "${wrong}": expected letters, digits, ".", "_", "=" and "-"`);
  }
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new Error(`Two tasks are named "${twice}": give each its own name`);
}

/**
 * Performs the tasks of an experiment: side by side in Workers where that pays, else one after
 * another in this process. Each result is kept as soon as it is there; with `resume` those that are
 * there already are not computed again. The first error ends all tasks.
 *
 * @returns the results, in the order of the tasks
 * @throws (rejects) Error that names the task, and the signal's reason.
 */
export async function performTasks(
  { worker, steps }: Pick<Experiment, "worker" | "steps">,
  tasks: readonly Task[],
  { folder, resume, terminal, signal, grace = 20, cores = availableParallelism() }: TaskOptions,
): Promise<unknown[]> {
  checkNames(tasks);
  const kept = new KeptResults(`${folder}/results`), results = new Map<Task, unknown>();
  for (const task of resume ? tasks : []) {
    const found = await kept.find(task);
    if ("result" in found) results.set(task, found.result);
    else if (found.refused) terminal.warn(`Task ${task.name} is computed again: ${found.refused}`);
  }
  const todo = tasks.filter((task) => !results.has(task));
  using bar = new SharedBar(terminal, steps, todo);
  const work = todo.map(({ data }) => data), atATime = lanesFor(todo, cores);
  const options: WorkersOptions<unknown, unknown> = {
    atATime,
    describe: (_, i) => `perform task ${todo[i].name}`,
    workspace: (i) => ({ folder: `${folder}/tasks/${todo[i].name}`, resume }),
    progress: (i, done, text) => bar.update(i, done, text),
    async finished(i, result) {
      results.set(todo[i], result);
      bar.end(i);
      await kept.keep(todo[i], result);
    },
    signal,
    grace,
  };
  await (atATime > 1 ? inWorkers(worker, work, options) : inThisProcess(worker, work, options));
  return tasks.map((task) => results.get(task));
}
