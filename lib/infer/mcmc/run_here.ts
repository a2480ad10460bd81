import { reasonOf, turn } from "../../system/mod.ts";
import type { ChainRun } from "./chain_run.ts";
import type { ChainRecord } from "./record.ts";

/** Milliseconds for which one chain goes on before the next has its turn, and all other tasks. */
const SLICE = 20;

/** Chains in this thread. */
export interface HereRun {
  /** Makes the chain of a record. */
  make(record: ChainRecord): ChainRun;
  /** Called after each turn; `save` brings the records up to date. */
  report(save: () => void): void | Promise<void>;
  /** Tells whether the rest is to be done elsewhere, by the seconds so far. */
  leaves(seconds: number): boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs chains in this thread by turns, from the states of their records on. A chain that fails
 * leaves the others be: its record says why. An abort ends all where they are.
 */
export async function runHere(
  records: readonly ChainRecord[],
  { make, report, leaves, signal }: HereRun,
): Promise<void> {
  const began = performance.now(), live = new Map<ChainRecord, ChainRun>();
  const attempt = async (record: ChainRecord, act: () => void | Promise<void>) => {
    try {
      await act();
    } catch (error) {
      record.failure = reasonOf(error);
      live.delete(record);
    }
  };
  const save = () => live.forEach((run, record) => record.add(run.take()));
  for (const record of records) {
    if (!record.isOver) await attempt(record, () => void live.set(record, make(record)));
  }
  while (live.size > 0 && !signal?.aborted && !leaves((performance.now() - began) / 1000)) {
    for (const [record, run] of [...live]) {
      await attempt(record, () => run.advance(performance.now() + SLICE));
      record.step = run.step;
      if (run.isDone && live.delete(record)) record.add(run.take());
      await report(save);
      await turn();
      if (signal?.aborted) break;
    }
  }
  save();
}
