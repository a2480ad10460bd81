import { tf } from "../tensor/mod.ts";
import type { Workspace } from "./perform.ts";
import { startWorker, type WorkerLike } from "./worker.ts";

/** A message to a Worker. */
export interface Order<Task> {
  /** The task, plain data. */
  readonly task: Task;
  /** The task's own place. */
  readonly workspace?: Pick<Workspace, "folder" | "resume">;
  /** The backend for eager operations, as in the process that sends it. */
  readonly backend: string;
}

/** A message from a Worker. */
export type Report<Result> =
  | { readonly type: "progress"; readonly done: number; readonly text: string }
  | { readonly type: "result"; readonly result: Result }
  | { readonly type: "error"; readonly message: string };

/** Options of `inWorkers`. */
export interface WorkersOptions<Task, Result> {
  /** The largest number of Workers. */
  readonly atATime: number;
  /** Says in an error what could not be done: "train the model with 2 flows". */
  describe(task: Task, index: number): string;
  /** Gives task `index` a place of its own (default: none). */
  workspace?(index: number): Order<Task>["workspace"];
  /** Receives the progress of task `index`. */
  progress?(index: number, done: number, text: string): void;
  /** Receives the result of task `index` as soon as it is there. */
  finished?(index: number, result: Result): void | Promise<void>;
  /** Ends all Workers. */
  readonly signal?: AbortSignal;
}

/** Has a Worker do a task. Rejects with the Worker's error, or the signal's reason. */
async function runTask<Task, Result>(
  worker: WorkerLike,
  order: Order<Task>,
  what: string,
  progress: (done: number, text: string) => void,
  signal: AbortSignal,
): Promise<Result> {
  let abort!: () => void;
  try {
    return await new Promise<Result>((resolve, reject) => {
      signal.throwIfAborted();
      signal.addEventListener("abort", abort = () => reject(signal.reason));
      worker.onMessage((message) => {
        const report = message as Report<Result>;
        if (report.type === "progress") progress(report.done, report.text);
        else if (report.type === "result") resolve(report.result);
        else reject(new Error(`Cannot ${what}: ${report.message}`));
      });
      worker.onError((message) => reject(new Error(`Cannot ${what}: ${message}`)));
      worker.post(order);
    });
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Does tasks side by side in Workers, in the order given, each Worker one after another: two
 * computations with a thread each do more than one with two. The first error ends them all.
 *
 * @param script a module that calls `serveTasks`
 * @param tasks plain data
 * @returns their results, in the order of the tasks
 * @throws (rejects) Error that describes the task, and the signal's reason.
 */
export async function inWorkers<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  { atATime, describe, workspace, progress, finished, signal }: WorkersOptions<Task, Result>,
): Promise<Result[]> {
  const results: Result[] = [], cancel = new AbortController(), backend = tf.getBackend();
  const ended = signal ? AbortSignal.any([cancel.signal, signal]) : cancel.signal;
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = await startWorker(script);
    try {
      for (let i = next++; i < tasks.length; i = next++) {
        const order = { task: tasks[i], workspace: workspace?.(i), backend };
        const tell = (done: number, text: string) => progress?.(i, done, text);
        results[i] = await runTask(worker, order, describe(tasks[i], i), tell, ended);
        await finished?.(i, results[i]);
      }
    } finally {
      worker.terminate();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atATime, tasks.length) }, work));
  } catch (error) {
    cancel.abort(error);
    throw error;
  }
  return results;
}
