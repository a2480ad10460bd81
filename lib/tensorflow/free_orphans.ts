import { HEADER, OWNER_PREFIX, wordsAt } from "./owner.ts";
import type { Symbols } from "./symbols.ts";

/**
 * Frees the contexts and tensors of Workers that are gone, in this process. Called whenever a
 * context is made, so that a program that starts Worker after Worker holds what the last one left
 * at most. Returns how many owners were freed. Does nothing where the system has no way to ask for
 * a thread, or the environment may not be read.
 */
export function freeOrphans(symbols: Symbols): number {
  let announced: Record<string, string>;
  try {
    announced = Deno.env.toObject();
  } catch {
    return 0;
  }
  if (!symbols.tgkill) return 0;
  let freed = 0;
  for (const [name, process] of Object.entries(announced)) {
    // A process started by this one inherits its variables.
    if (!name.startsWith(OWNER_PREFIX) || process !== String(Deno.pid)) continue;
    const address = BigInt(`0x${name.slice(OWNER_PREFIX.length)}`), header = wordsAt(address, HEADER.words);
    // Signal 0 only asks whether the thread is there.
    const lives = symbols.tgkill(Deno.pid, Number(header[HEADER.thread]), 0) === 0;
    if (lives || Atomics.compareExchange(header, HEADER.claimed, 0n, 1n) !== 0n) continue;
    Deno.env.delete(name);
    const count = Number(header[HEADER.count]);
    if (count > 0) {
      for (const handle of wordsAt(header[HEADER.entries], count)) {
        symbols.TFE_DeleteTensorHandle(handle);
      }
    }
    // An operation that still runs in the background needs its context.
    if (header[HEADER.background] === 0n) {
      symbols.TFE_DeleteContext(header[HEADER.context]);
    }
    symbols.free(header[HEADER.entries]);
    // The header stays, some bytes: another isolate may be reading it at this moment.
    freed++;
  }
  return freed;
}
