import { tf } from "../tensor/mod.ts";
import { startWorker, type WorkerLike } from "./worker.ts";

/** What a Worker is sent. */
export interface Order<Task> {
  /** The task, plain data. */
  readonly task: Task;
  /** The backend for eager operations, as in the process that sends it. */
  readonly backend: string;
}

/** What a Worker says of its task. */
export type Report<Result> =
  | { readonly type: "progress"; readonly done: number; readonly text: string }
  | { readonly type: "result"; readonly result: Result }
  | { readonly type: "error"; readonly message: string };

/** How tasks are shared out. */
export interface WorkersOptions<Task, Result> {
  /** How many run at a time at most. */
  readonly atATime: number;
  /** What a task does, for messages: "train the model with 2 flows". */
  describe(task: Task): string;
  /** Is told how far task `index` is. */
  told?(index: number, done: number, text: string): void;
  /** Is given the result of task `index` as soon as it is there. */
  finished?(index: number, result: Result): void | Promise<void>;
}

/** A Worker that does one task after another. */
class Lane<Task, Result> {
  readonly #worker: WorkerLike;
  constructor(worker: WorkerLike) {
    this.#worker = worker;
  }

  /** Does a task. Throws what the Worker says, or the signal's reason. */
  async run(
    task: Task,
    what: string,
    told: (done: number, text: string) => void,
    signal: AbortSignal,
  ): Promise<Result> {
    let resolve!: (result: Result) => void, reject!: (reason: unknown) => void;
    const promise = new Promise<Result>((kept, broken) => [resolve, reject] = [kept, broken]);
    const worker = this.#worker;
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    worker.onMessage((message) => {
      const report = message as Report<Result>;
      if (report.type === "progress") told(report.done, report.text);
      else if (report.type === "result") resolve(report.result);
      else reject(new Error(`Cannot ${what}: ${report.message}`));
    });
    worker.onError((message) => reject(new Error(`Cannot ${what}: ${message}`)));
    try {
      signal.throwIfAborted();
      worker.post({ task, backend: tf.getBackend() } satisfies Order<Task>);
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  end(): void {
    this.#worker.terminate();
  }
}

/**
 * Does tasks side by side in Workers, in the order given, each Worker one after another: two
 * computations with a thread each do more than one with two. The first error ends them all.
 *
 * @param script a module that calls `serveTasks`
 * @param tasks plain data
 * @returns their results, in the order of the tasks
 */
export async function inWorkers<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  { atATime, describe, told = () => {}, finished }: WorkersOptions<Task, Result>,
): Promise<Result[]> {
  const results: Result[] = [], cancel = new AbortController();
  let next = 0;
  const work = async (): Promise<void> => {
    const lane = new Lane<Task, Result>(await startWorker(script));
    try {
      for (let i = next++; i < tasks.length; i = next++) {
        const tell = (done: number, text: string) => told(i, done, text);
        results[i] = await lane.run(tasks[i], describe(tasks[i]), tell, cancel.signal);
        await finished?.(i, results[i]);
      }
    } finally {
      lane.end();
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
