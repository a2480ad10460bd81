import { fileURLToPath } from "node:url";
import { resolveDataset } from "../lib/data/mod.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { nameOf, type StepSize } from "./dmm/configuration.ts";
import { besideBefore } from "./dmm/before.ts";
import { gemmLimit } from "./dmm/limit.ts";
import type { StepReport } from "./dmm/step.ts";
import { Peers } from "./peers/peers.ts";
import { child } from "./shared/child.ts";
import { median } from "../lib/statistics/mod.ts";
import { Times } from "./shared/times.ts";

/** Those the peers are held against. */
const COMPARED: readonly StepSize[] = [
  { batch: 20, steps: 64, iafs: 0 },
  { batch: 20, steps: 128, iafs: 0 },
  { batch: 20, steps: 128, iafs: 2 },
];

/** Sizes for the growth of a step with the length of the sequences and with their number. */
const GROWTH: readonly StepSize[] = [
  ...[32, 256, 512].map((steps) => ({ batch: 20, steps, iafs: 0 })),
  ...[1, 5, 80, 320].map((batch) => ({ batch, steps: 64, iafs: 0 })),
];

/** Whole processes, in turn with the peers', and steps in each. */
const ROUNDS = 3, REPETITIONS = 15, EPOCHS = 4;

/** Epochs of each training in turns with another build: about two minutes in all. */
const TURNS = 20;

/** True: it takes turns with another build. */
export const takesTurns = true;

const script = (name: string): string => fileURLToPath(new URL(`./dmm/${name}`, import.meta.url));

const step = ({ batch, steps, iafs }: StepSize, repetitions = REPETITIONS): Promise<StepReport> =>
  child(script("step.ts"), [batch, steps, iafs, repetitions]);

/** A step of ours and of the peers, in turn. */
async function compare(size: StepSize, times: Times, rest: Measurement[], peers: Peers, found: string[]) {
  const name = nameOf(size), reports: StepReport[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const report = await step(size);
    reports.push(report);
    times.add(`${name}/step_ms`, report.step_ms);
    times.add(`${name}/limit_ms`, await gemmLimit(size));
    for (const peer of found) {
      if (peer === "pyro" && round > 0) continue;
      const mode = peer === "pyro" ? ["step"] : [], iafs = size.iafs > 0 ? ["--iafs", String(size.iafs)] : [];
      const result = JSON.parse(
        await peers.run(`dmm_${peer}.py`, [...mode, String(size.batch), String(size.steps), ...iafs]),
      );
      times.add(`${name}/step_ms/peer=${peer}`, result.step_ms);
      if (result.compile_s > 0) times.add(`${name}/ready_s/peer=${peer}`, result.compile_s);
    }
  }
  rest.push(...details(name, reports));
}

/** Measurements of ours alone: the time to get ready, noise, memory. */
function details(name: string, reports: readonly StepReport[]): Measurement[] {
  const n = reports.length, of = (key: keyof StepReport) => median(reports.map((report) => report[key]));
  return [
    { name: `${name}/ready_s`, value: of("ready_s"), unit: "s", n },
    { name: `${name}/noise_share`, value: of("noise_share"), unit: "", n },
    { name: `${name}/memory_mb`, value: of("memory_mb"), unit: "MB", n },
  ];
}

/**
 * A training step of the Deep Markov Model on sequences of full length, update included, beside the
 * same matrix products alone (`limit_ms`) and, with peers, beside JAX, PyTorch and Pyro; how it
 * grows with lengths and batches; an epoch of the chorales. Every step is measured in a process of
 * its own. With another build the trainings of the profile `full` alone, epoch by epoch in turns.
 */
export async function run({ peers: wanted, before }: BenchOptions): Promise<Measurement[]> {
  if (before !== undefined) return await withChorales((path) => besideBefore(before, path, TURNS));
  const times = new Times(), rest: Measurement[] = [], peers = new Peers();
  const found = wanted ? await peers.present(["jax", "torch", "pyro"]) : [];
  for (const size of COMPARED) await compare(size, times, rest, peers, found);
  for (const size of GROWTH) {
    const report = await step(size, 5), name = nameOf(size);
    rest.push(
      { name: `${name}/step_ms`, value: report.step_ms, unit: "ms", n: report.n },
      ...details(name, [report]),
    );
  }
  await withChorales(async (path) => {
    for (let round = 0; round < 2; round++) {
      times.add(
        "dmm/epoch_s",
        (await child<{ epoch_s: number }>(script("epoch.ts"), [path, EPOCHS])).epoch_s,
      );
      if (!found.includes("pyro")) continue;
      const result = JSON.parse(await peers.run("dmm_pyro.py", ["epoch", path]));
      times.add("dmm/epoch_s/peer=pyro", result.epoch_s);
    }
  });
  return [...times.medians(), ...rest];
}

/** Calls a function with a file of the chorales, or of their twin. */
async function withChorales<T>(use: (path: string) => Promise<T>): Promise<T> {
  const { value, notice } = await resolveDataset("jsb");
  if (notice !== null) console.error(notice);
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify(value));
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}
