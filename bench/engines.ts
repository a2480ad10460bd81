import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { type Column, CPU_COLUMNS } from "./engines/columns.ts";
import { runColumn } from "./engines/run_column.ts";
import { Peers } from "./peers/peers.ts";

/**
 * A task by the name and unit of its figure. The two slowest backends have no part in the largest
 * one.
 */
interface Task {
  readonly figure: string;
  readonly unit: string;
  readonly task: readonly (string | number)[];
  readonly leftOut?: readonly string[];
}

const TASKS: readonly Task[] = [
  { figure: "engines/matmul=2048/gflops", unit: "GFLOP/s", task: ["matmul", 2048] },
  { figure: "engines/vae=256/step_ms", unit: "ms", task: ["vae", 256] },
  { figure: "engines/dmm=20x128/step_ms", unit: "ms", task: ["dmm", 20, 128], leftOut: ["js", "cpu"] },
  { figure: "engines/small_us", unit: "us", task: ["small"] },
];

async function ours({ figure, unit, task }: Task, column: Column): Promise<Measurement[]> {
  const found = await runColumn(column, task);
  return found ? [{ name: `${figure}/engine=${column.name}`, unit, ...found }] : [];
}

/**
 * Times of each engine on the processor for the same work: a product of matrices, a training step
 * of a variational autoencoder and of the Deep Markov Model, a call of one small operation; with
 * peers beside JAX. Engines that are not there are left out, with the reason on standard error. A
 * process each.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const results: Measurement[] = [], peers = new Peers();
  const found = wanted ? await peers.present(["jax"]) : [];
  for (const task of TASKS) {
    for (const column of CPU_COLUMNS) {
      if (!task.leftOut?.includes(column.name)) results.push(...await ours(task, column));
    }
    const script = { vae: "vae_jax.py", dmm: "dmm_jax.py" }[String(task.task[0])];
    if (found.length === 0 || !script) continue;
    const { step_ms: value, n } = JSON.parse(await peers.run(script, task.task.slice(1).map(String)));
    results.push({ name: `${task.figure}/peer=jax`, value, unit: "ms", n });
  }
  return results;
}
