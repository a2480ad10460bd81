import { tf } from "../../lib/tensor/mod.ts";
import { allJobs, type Job, perform } from "./jobs.ts";
import type { EngineName } from "../../lib/compile/mod.ts";
import { Workshop } from "./workshop.ts";

/** The settings of a soak. */
export interface SoakSettings {
  readonly minutes: number;
  readonly seed: number;
  readonly engines: readonly EngineName[];
  /** The number of jobs under way at a time (default 8). */
  readonly lanes?: number;
  /** The number of seeds of each kind of job (default 4). */
  readonly seeds?: number;
  /** Does a job (default: in earnest). */
  readonly work?: (job: Job, workshop: Workshop) => Promise<string>;
}

/** The tensors and the memory held at a moment when nothing is under way. */
interface Held {
  readonly minute: number;
  readonly tensors: number;
  readonly megabytes: number;
}

/** The outcome of a soak. */
export interface SoakOutcome {
  readonly done: number;
  readonly distinct: number;
  readonly differences: readonly { readonly job: Job; readonly alone: string; readonly together: string }[];
  readonly first: Held;
  readonly last: Held;
}

/** The share of the resident set that allocators may add after the first minute of their own. */
const GROWTH = 1.15;
/** The minutes between two looks at it that tell anything. */
const APART = 1;

/** A small generator of random numbers (mulberry32), as which jobs meet depends on the seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/**
 * Has random jobs done at the same time for so many minutes, with objects that they share and that
 * are released under them now and then; then each job once more, alone, with objects of its own.
 */
export async function soak(settings: SoakSettings): Promise<SoakOutcome> {
  const { minutes, seed, engines, lanes = 8, seeds = 4, work = perform } = settings;
  const next = randomOf(seed), jobs = allJobs(engines, seeds), workshop = new Workshop();
  const together = new Map<Job, Set<string>>(), began = performance.now();
  const minute = () => (performance.now() - began) / 60_000;
  const held = (): Held => ({
    minute: minute(),
    tensors: tf.memory().numTensors,
    megabytes: Deno.memoryUsage().rss / 1e6,
  });
  let done = 0, first: Held | undefined, last: Held | undefined;

  const lane = async (own: Job[]): Promise<void> => {
    for (const job of own) {
      const result = await work(job, workshop), known = together.get(job) ?? new Set();
      together.set(job, known.add(result));
      done++;
      if (next() < 0.02) await workshop.release(Math.floor(next() * 1000));
    }
  };
  // Every job once, so that all that is ever held is held, and then any.
  const all = shuffled(jobs, next);
  for (let at = 0; at < jobs.length || minute() < minutes; at += 4 * lanes) {
    const round = at < all.length
      ? all.slice(at, at + 4 * lanes)
      : Array.from({ length: 4 * lanes }, () => jobs[Math.floor(next() * jobs.length)]);
    await Promise.all(Array.from({ length: lanes }, (_, i) => lane(round.filter((_, k) => k % lanes === i))));
    // Counted with nothing held: what objects keep comes and goes with them.
    if (at + 4 * lanes >= all.length && (!first ? minute() >= Math.min(1, minutes / 2) : true)) {
      await workshop.release();
      last = held();
      first ??= last;
    }
  }
  await workshop.release();
  first ??= held();

  const differences: { job: Job; alone: string; together: string }[] = [];
  for (const [job, results] of together) {
    const own = new Workshop(), alone = await work(job, own);
    await own.release();
    for (const result of results) if (result !== alone) differences.push({ job, alone, together: result });
  }
  return { done, distinct: together.size, differences, first, last: last ?? first };
}

function shuffled<T>(list: readonly T[], next: () => number): T[] {
  const mixed = list.slice();
  for (let i = mixed.length - 1; i > 0; i--) {
    const k = Math.floor(next() * (i + 1));
    [mixed[i], mixed[k]] = [mixed[k], mixed[i]];
  }
  return mixed;
}

/** Returns what an outcome has to complain of, a line each. */
export function complaints({ differences, first, last }: SoakOutcome): string[] {
  const found = differences.map(({ job, alone, together }) =>
    `${JSON.stringify(job)} differs from its serial replay: ${firstDifference(together, alone)}`
  );
  if (last.tensors !== first.tensors) {
    found.push(`${last.tensors - first.tensors} tensors more than after minute ${first.minute.toFixed(1)}`);
  }
  if (last.minute - first.minute >= APART && last.megabytes > GROWTH * first.megabytes) {
    const [before, after] = [first, last].map(({ megabytes }) => megabytes.toFixed(0));
    found.push(
      `the resident set has grown from ${before} to ${after} MB since minute ${first.minute.toFixed(1)}`,
    );
  }
  return found;
}

/** Returns the places around the first character that differs. */
function firstDifference(found: string, expected: string): string {
  let at = 0;
  while (at < found.length && found[at] === expected[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 40), at + 40);
  return `...${around(found)}... instead of ...${around(expected)}...`;
}
