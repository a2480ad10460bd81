import { reasonOf } from "../../lib/system/mod.ts";
import type { Perform, WorkersOptions } from "../../lib/workers/mod.ts";

/**
 * Waits for work, once a signal has come at most `grace` seconds more. Rejects with the work's
 * error, or the signal's reason.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, grace: number = 0): Promise<T> {
  let abort!: () => void, timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    signal.throwIfAborted();
    signal.addEventListener(
      "abort",
      abort = () => {
        timer = setTimeout(() => reject(signal.reason), 1000 * grace);
      },
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Does tasks one after another in this process, as `inWorkers` does them side by side.
 *
 * @param script a module that exports `perform`
 * @throws (rejects) Error that describes the task, and the signal's reason.
 */
export async function inThisProcess<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  { describe, workspace, progress, finished, signal, grace = 0 }: Omit<
    WorkersOptions<Task, Result>,
    "atATime"
  >,
): Promise<Result[]> {
  const { perform }: { perform: Perform<Task, Result> } = await import(script.href);
  const results: Result[] = [];
  for (const [i, task] of tasks.entries()) {
    signal?.throwIfAborted();
    const place = { folder: "", resume: false, ...workspace?.(i), ...(signal && { signal }) };
    const failed = (cause: unknown) => {
      throw new Error(`Cannot ${describe(task, i)}: ${reasonOf(cause)}`, { cause });
    };
    const tell = (done: number, text = "") => progress?.(i, done, text);
    const work = Promise.try(perform, task, tell, place);
    // A task that a signal has ended has a part of its result, and may fail for the want of the
    // rest.
    const result = await (signal ? untilAborted(work, signal, grace) : work).catch((cause) => {
      signal?.throwIfAborted();
      failed(cause);
    }) as Result;
    signal?.throwIfAborted();
    results.push(result);
    await finished?.(i, result);
  }
  return results;
}
