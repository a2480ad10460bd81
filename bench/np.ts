import { fileURLToPath } from "node:url";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { Peers } from "./peers/peers.ts";
import { child } from "./shared/child.ts";
import { Times } from "./shared/times.ts";

/** The comparison: a number of trainings, and their steps. */
const RUNS = 200, STEPS = 9001;

/** Numbers of runs for the growth of the time with them, over fewer steps. */
const GROWTH = [1, 2, 10, 50, 200, 1000], GROWTH_STEPS = 1000;

/** Whole processes, in turn with the peer's. */
const ROUNDS = 3;

const name = (runs: number, steps: number): string => `np/runs=${runs},steps=${steps}`;

const ours = (runs: number, steps: number): Promise<{ total_s: number }> =>
  child(fileURLToPath(new URL("./np/total.ts", import.meta.url)), [runs, steps]);

/**
 * Independent trainings of the Neural Process with N(0, 1) weights, from nothing to the last loss:
 * tracing, compiling and starting Workers included, where they pay; with peers beside a JAX program
 * (vmap, scan, jit), its compilation included. And how the time grows with the number of runs.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), peers = new Peers();
  const found = wanted ? await peers.present(["jax"]) : [];
  const measure = async (runs: number, steps: number) => {
    times.add(`${name(runs, steps)}/total_s`, (await ours(runs, steps)).total_s);
    if (found.length === 0) return;
    const peer = JSON.parse(await peers.run("np_jax.py", [String(runs), String(steps)]));
    times.add(`${name(runs, steps)}/total_s/peer=jax`, peer.total_s);
    times.add(`${name(runs, steps)}/compile_s/peer=jax`, peer.compile_s);
  };
  for (let round = 0; round < ROUNDS; round++) await measure(RUNS, STEPS);
  for (const runs of GROWTH) await measure(runs, GROWTH_STEPS);
  return times.medians();
}
