/**
 * A process that trains the Deep Markov Model of a build on chorales: one epoch for each
 * line that it reads, of which it prints the time as JSON.
 *
 * usage: epochs.ts ROOT DATA.json IAFS OPTIMISER.json FLOWS.json
 *
 * @module
 */
import process from "node:process";
import type { CompileOptions } from "../../lib/compile/mod.ts";

/** The sequences of a mini-batch, and the first weight of the divergence, as in the tutorial. */
const BATCH = 20, ANNEALING = 0.1;

/** The time of an epoch. */
export interface EpochTime {
  /** Seconds that passed. */
  readonly s: number;
  /** Seconds of the processor, of all threads of the process. */
  readonly cpu_s: number;
  /** The sum of the losses. */
  readonly loss: number;
}

/** Returns a function that trains for an epoch, after a first one. */
async function training([root, path, iafs, optimiser, flows]: string[]): Promise<() => Promise<EpochTime>> {
  const { clippedAdam, SVI } = await import(
    `${root}/lib/infer/mod.ts`
  ) as typeof import("../../lib/infer/mod.ts");
  const { dmm } = await import(`${root}/lib/models/mod.ts`) as typeof import("../../lib/models/mod.ts");
  const { random } = await import(`${root}/lib/tensor/mod.ts`) as typeof import("../../lib/tensor/mod.ts");
  const { batchAxes, batchOf, sequencesOf } = await import(`${root}/experiments/dmm/sequences.ts`);
  const { rows } = sequencesOf(JSON.parse(await Deno.readTextFile(path)).train);
  const { model, guide } = dmm({ numIafs: Number(iafs), ...JSON.parse(flows) });
  const svi = new SVI(model, guide, clippedAdam(JSON.parse(optimiser)), undefined, {
    threads: 1,
    axes: [batchAxes, null] as CompileOptions["axes"],
  });
  const batches = Math.ceil(rows.length / BATCH), factor = { data: Float32Array.of(ANNEALING), shape: [] };
  const args = (step: number) => {
    const i = step % batches;
    return [batchOf(rows.slice(i * BATCH, (i + 1) * BATCH)), factor];
  };
  const key = random.key(0);
  let state = await svi.init(key, ...args(0));
  const epoch = async () => {
    const start = performance.now(), used = process.cpuUsage();
    const result = await svi.run(key, batches, args, { state, progress: false });
    const { user, system } = process.cpuUsage(used), s = (performance.now() - start) / 1000;
    state = result.state;
    return { s, cpu_s: (user + system) / 1e6, loss: result.losses.reduce((a: number, b: number) => a + b) };
  };
  await epoch();
  return epoch;
}

if (import.meta.main) {
  const epoch = await training(Deno.args);
  console.log("ready");
  for await (const _ of Deno.stdin.readable) console.log(JSON.stringify(await epoch()));
}
