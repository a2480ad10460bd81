import { setImmediate } from "node:timers";

/** Milliseconds without a turn after which one is due. */
const DUE = 20;
/** Turns in a row: Deno's runtime looks at sockets and files at one in 61 while it is kept busy. */
const IN_A_ROW = 64;

let last = performance.now(), pending: Promise<void> | undefined;

/**
 * Returns whether timers, signals and requests have not had a turn for 20 ms. Before each of many
 * computations that hold the thread for a while: `while (turnIsDue()) await turn();`. Of all who
 * wait for one turn the first goes on at once, and the others find that the next is due.
 */
export const turnIsDue = (): boolean => performance.now() - last > DUE;

/** Gives the other tasks of the process a turn, which takes 0.1 ms. */
export function turn(): Promise<void> {
  return pending ??= letOthersRun();
}

async function letOthersRun(): Promise<void> {
  for (let i = 0; i < IN_A_ROW; i++) await new Promise<void>((resolve) => void setImmediate(resolve));
  [last, pending] = [performance.now(), undefined];
}
