import { fileURLToPath } from "node:url";
import type { EngineName } from "../lib/compile/mod.ts";
import { reasonOf } from "../lib/system/mod.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { Peers } from "./peers/peers.ts";
import { child } from "./shared/child.ts";
import { Times } from "./shared/times.ts";
import type { EpochReport } from "./vae/epoch.ts";

/** Whole processes, in turn with the peers', and the epochs that each times. */
const ROUNDS = 3, EPOCHS = 1;

/** The images in a batch, as in the example. */
const BATCH = 256;

const ours = (engine: EngineName): Promise<EpochReport> =>
  child(fileURLToPath(new URL("./vae/epoch.ts", import.meta.url)), [engine, EPOCHS]);

/** Adds a process's figures, whose names end as `suffix` says. */
function add(times: Times, { step_ms, epoch_s, ready_s }: Partial<EpochReport>, suffix: string): void {
  times.add(`vae/step_ms${suffix}`, step_ms!);
  times.add(`vae/epoch_s${suffix}`, epoch_s!);
  if (ready_s !== undefined) times.add(`vae/ready_s${suffix}`, ready_s);
}

/**
 * A training step and an epoch of Pyro's variational autoencoder on 60,000 images: putting the
 * batch together, noise and update included; also by engine `xla`, where it is there, and with
 * peers beside the same programs in JAX and PyTorch. Every round is a process of its own.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), memory: number[] = [], peers = new Peers();
  const found = wanted ? await peers.present(["jax", "torch"]) : [];
  let hasXla = true;
  for (let round = 0; round < ROUNDS; round++) {
    const report = await ours("auto");
    add(times, report, "");
    memory.push(report.memory_mb);
    try {
      if (hasXla) add(times, await ours("xla"), "/engine=xla");
    } catch (error) {
      hasXla = false;
      console.error(
        `Left out xla: ${reasonOf(error).split("\n").find((line) => /error/i.test(line))?.trim()}`,
      );
    }
    for (const peer of found) {
      const program = [String(BATCH), "--epochs", String(EPOCHS)];
      add(times, JSON.parse(await peers.run(`vae_${peer}.py`, program)), `/peer=${peer}`);
    }
  }
  return [
    ...times.medians(),
    { name: "vae/memory_mb", value: Math.max(...memory), unit: "MB", n: memory.length },
  ];
}
