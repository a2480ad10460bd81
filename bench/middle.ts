import { fileURLToPath } from "node:url";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { trainings } from "./middle/trainings.ts";
import { Peers } from "./peers/peers.ts";
import { child } from "./shared/child.ts";
import { seconds, Times } from "./shared/times.ts";
import type { CallTimes } from "./middle/train.ts";

/** Processes of each kind, ours and NumPyro's in turn. */
const ROUNDS = 3;

/** The model whose steps are calls of their own. */
const CALLED = "logistic";

const PEER = "middle_numpyro.py";

/** Runs one of our processes, or NumPyro's, and gives what it prints. */
type Program = (name: string, mode: "first" | "again" | "calls") => Promise<unknown>;

const ours: Program = (name, mode) =>
  child(fileURLToPath(new URL("./middle/train.ts", import.meta.url)), [name, mode]);

/**
 * Models of the size that people begin with: a whole process that trains once and ends (`first_s`),
 * the same training repeated in one process (`again_ms`), and a step that is a call of its own
 * (`svi_step_us`), or takes arguments of its own (`stream_step_us`). With peers beside NumPyro's
 * `svi.run`, jitted, and its jitted `svi.update`.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), peers = new Peers(), steps: Measurement[] = [];
  const columns: [suffix: string, program: Program][] = [["", ours]];
  if (wanted && (await peers.present(["numpyro"])).length > 0) {
    columns.push(["/peer=numpyro", async (...args) => JSON.parse(await peers.run(PEER, args))]);
  }
  for (const name of Object.keys(trainings)) {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [suffix, program] of columns) {
        times.add(`middle/${name}/first_s${suffix}`, await seconds(() => program(name, "first")));
      }
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [suffix, program] of columns) {
        const { ms } = await program(name, "again") as { ms: number[] };
        for (const time of ms) times.add(`middle/${name}/again_ms${suffix}`, time);
      }
    }
  }
  for (const [suffix, program] of columns) {
    const { step_us, stream_us } = await program(CALLED, "calls") as Partial<CallTimes>;
    for (const [name, value] of [["svi_step_us", step_us], ["stream_step_us", stream_us]] as const) {
      if (value !== undefined) steps.push({ name: `middle/${name}${suffix}`, value, unit: "us", n: 1 });
    }
  }
  return [...times.medians(), ...steps];
}
