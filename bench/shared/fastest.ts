/** Milliseconds of a block of runs. */
const BLOCK = 15;

/**
 * Returns the milliseconds of one run of each of some functions, which take turns: the least of
 * several blocks of runs.
 */
export async function fastest(runs: readonly (() => unknown)[], rounds: number): Promise<number[]> {
  const best = runs.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const times = best[i] === Infinity ? 2 : Math.max(1, Math.round(BLOCK / best[i]));
      const start = performance.now();
      for (let k = 0; k < times; k++) {
        const waiting = run();
        if (waiting) await waiting;
      }
      best[i] = Math.min(best[i], (performance.now() - start) / times);
    }
  }
  return best;
}
