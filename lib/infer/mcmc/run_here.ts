import { turn } from "../../system/mod.ts";
import type { ChainRun } from "./chain_run.ts";

/** Milliseconds for which one chain goes on before the next has its turn, and all other tasks. */
const SLICE = 20;

/** Runs chains in this thread, by turns. An abort ends them where they are. */
export async function runHere(
  runs: readonly ChainRun[],
  report: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let open = runs.filter((run) => !run.isDone);
  while (open.length > 0 && !signal?.aborted) {
    for (const run of open) {
      await run.advance(performance.now() + SLICE);
      report();
      await turn();
      if (signal?.aborted) return;
    }
    open = open.filter((run) => !run.isDone);
  }
}
