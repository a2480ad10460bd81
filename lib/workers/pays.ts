import { availableParallelism } from "node:os";
import { isMainThread } from "node:worker_threads";

/** Seconds that Workers are to save, which take half of one to start. */
const WORTH = 1;

/**
 * Returns the number of processors that this thread may have Workers on: those that the process may
 * run on; 1 in a Worker, which has others beside it, and where nobody may ask.
 */
export function processors(): number {
  if (!isMainThread || "WorkerGlobalScope" in globalThis) return 1;
  try {
    return availableParallelism();
  } catch {
    return 1;
  }
}

/**
 * Tells whether some work is worth Workers.
 *
 * @param seconds those that it takes in this thread
 * @param saved the share of them that Workers are thought to save (default: all)
 */
export function paysWorkers(seconds: number, saved: number = 1): boolean {
  return saved * seconds > WORTH;
}
