import { reasonOf } from "../../lib/system/mod.ts";
import type { Perform, WorkersOptions } from "../../lib/workers/mod.ts";

/**
 * Does tasks one after another in this process, as `inWorkers` does them side by side.
 *
 * @param script a module that exports `perform`
 * @throws (rejects) Error that describes the task, and the signal's reason.
 */
export async function inThisProcess<Task, Result>(
  script: URL,
  tasks: readonly Task[],
  { describe, workspace, progress, finished, signal }: Omit<WorkersOptions<Task, Result>, "atATime">,
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
    const result = await Promise.try(perform, task, tell, place).catch(failed);
    // A task that a signal has ended has a part of its result.
    signal?.throwIfAborted();
    results.push(result);
    await finished?.(i, result);
  }
  return results;
}
