import { startWorker, type WorkerLike } from "../../workers/worker.ts";
import type { ChainRecord } from "./record.ts";
import type { ChainOrder, FromWorker, ToWorker } from "./worker_messages.ts";

/** Chains in Workers. */
export interface WorkersRun {
  /** The largest number of Workers. */
  readonly atATime: number;
  /** All that a chain is made of but its state and plan. */
  readonly shared: Omit<ChainOrder, "state" | "plan">;
  /** Called after each part that came. */
  report(): void | Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs chains in Workers, from the states of their records on. A chain or a Worker that fails
 * leaves the others be: its record says why. An abort ends all where they are.
 */
export async function runInWorkers(records: readonly ChainRecord[], run: WorkersRun): Promise<void> {
  const waiting = records.filter((record) => !record.isOver);
  const work = async (): Promise<void> => {
    let worker: WorkerLike | undefined;
    try {
      for (let record = waiting.shift(); record; record = waiting.shift()) {
        if (run.signal?.aborted) return;
        worker ??= await startWorker(new URL("./chain_worker.ts", import.meta.url));
        try {
          await runOne(record, worker, run);
        } catch (error) {
          record.failure = (error as Error).message;
          // One that failed takes nothing with it: the next chain has a new one.
          worker.terminate();
          worker = undefined;
        }
        await run.report();
      }
    } finally {
      worker?.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.atATime, waiting.length) }, work));
}

async function runOne(
  record: ChainRecord,
  worker: WorkerLike,
  { shared, report, signal }: WorkersRun,
): Promise<void> {
  const post = (message: ToWorker) => worker.post(message), stop = () => post({ stop: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onMessage((message) => {
        const answer = message as FromWorker;
        if ("error" in answer) return reject(new Error(answer.error));
        record.add(answer.part);
        if (answer.isLast) resolve();
        else Promise.resolve(report()).catch(reject);
      });
      worker.onError((message) => reject(new Error(message)));
      signal?.addEventListener("abort", stop);
      const { state, plan } = record;
      post({ chain: { ...shared, state, plan } });
      if (signal?.aborted) stop();
    });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
