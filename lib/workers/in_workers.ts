import { noteChoice } from "../system/mod.ts";
import { tf } from "../tensor/mod.ts";
import type { Workspace } from "./perform.ts";
import { startWorker, type WorkerLike } from "./worker.ts";

/** A message to a Worker. */
export interface Order<Task> {
  /** Its kind. */
  readonly type: "task";
  /** The task, plain data. */
  readonly task: Task;
  /** The task's own place. */
  readonly workspace?: Pick<Workspace, "folder" | "resume">;
  /** The backend for eager operations, as in the process that sends it. */
  readonly backend: string;
}

/** A message that asks a Worker to end its task early, with a checkpoint. */
export interface Stop {
  /** Its kind. */
  readonly type: "stop";
}

/** A message from a Worker. */
export type Report<Result> =
  | { readonly type: "progress"; readonly done: number; readonly text: string }
  | { readonly type: "result"; readonly result: Result; readonly engines: readonly string[] }
  | { readonly type: "error"; readonly message: string; readonly code?: string };

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
  /**
   * Seconds that tasks have, once the signal has come, to end by themselves with a checkpoint
   * (default 0: they are ended at once).
   */
  readonly grace?: number;
}

/** The ways in which a task in a Worker ends before its time. */
interface Ends {
  /** Ends it at once. */
  readonly cancelled: AbortSignal;
  /** Asks it to end. */
  readonly stopped?: AbortSignal;
  /** Milliseconds from there to its end at the latest. */
  readonly grace: number;
}

/** Has a Worker do a task. Rejects with the Worker's error, or the reason of a signal. */
async function runTask<Task, Result>(
  worker: WorkerLike,
  order: Order<Task>,
  what: string,
  progress: (done: number, text: string) => void,
  { cancelled, stopped, grace }: Ends,
): Promise<Result> {
  let cancel!: () => void, stop!: () => void, timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      cancelled.throwIfAborted();
      stopped?.throwIfAborted();
      cancelled.addEventListener("abort", cancel = () => reject(cancelled.reason));
      stopped?.addEventListener(
        "abort",
        stop = () => {
          worker.post({ type: "stop" } satisfies Stop);
          timer = setTimeout(() => reject(stopped.reason), grace);
        },
      );
      worker.onMessage((message) => {
        const report = message as Report<Result>;
        if (report.type === "progress") progress(report.done, report.text);
        // A task that was asked to end has a part of its result.
        else if (stopped?.aborted) reject(stopped.reason);
        else if (report.type === "result") {
          for (const engine of report.engines) noteChoice("engine", engine);
          resolve(report.result);
        } else reject(Object.assign(new Error(`Cannot ${what}: ${report.message}`), { code: report.code }));
      });
      worker.onError((message) => reject(new Error(`Cannot ${what}: ${message}`)));
      worker.post(order);
    });
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener("abort", cancel);
    stopped?.removeEventListener("abort", stop);
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
  { atATime, describe, workspace, progress, finished, signal, grace = 0 }: WorkersOptions<Task, Result>,
): Promise<Result[]> {
  const results: Result[] = [], cancel = new AbortController(), backend = tf.getBackend();
  const ends: Ends = { cancelled: cancel.signal, stopped: signal, grace: 1000 * grace };
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = await startWorker(script);
    try {
      for (let i = next++; i < tasks.length; i = next++) {
        const order = { type: "task", task: tasks[i], workspace: workspace?.(i), backend } as const;
        const tell = (done: number, text: string) => progress?.(i, done, text);
        results[i] = await runTask(worker, order, describe(tasks[i], i), tell, ends);
        await finished?.(i, results[i]);
      }
    } finally {
      worker.terminate();
    }
  };
  const lanes = Array.from({ length: Math.min(atATime, tasks.length) }, work);
  try {
    await Promise.all(lanes);
  } catch (error) {
    // Each has its own checkpoint to write.
    if (signal?.aborted) await Promise.allSettled(lanes);
    cancel.abort(error);
    throw error;
  }
  return results;
}
