import { fileURLToPath } from "node:url";
import { runProgram } from "../lib/system/mod.ts";
import { resolveDataset } from "../lib/data/mod.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { Peers } from "./peers/peers.ts";
import { training } from "./rugged/first.ts";
import { seconds, Times } from "./shared/times.ts";

const GUIDES = ["autonormal", "mvn"] as const;

/** Whole processes of ours and NumPyro's; Pyro's, which take a quarter of a minute, fewer. */
const FIRST_RUNS = 5, PYRO_RUNS = 3;

/**
 * Trainings in one process: rounds, so that ours and the peers' alternate, and repetitions of ours
 * in each.
 */
const ROUNDS = 3, REPETITIONS = 10, WARM_UP = 3;

/**
 * The data as a file for every program alike: the real ones where they can be had, else the twin.
 */
async function writeData(): Promise<string> {
  const { value, notice } = await resolveDataset("rugged");
  if (notice !== null) console.error(notice);
  const rows = value.objects({ limit: Infinity }) as Record<string, unknown>[];
  const columns = ["cont_africa", "rugged", "rgdppc_2000"];
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  await Deno.writeTextFile(
    path,
    [columns, ...rows.map((row) => columns.map((c) => row[c] ?? ""))].join("\n") + "\n",
  );
  return path;
}

/** A whole process of ours. */
async function ourProcess(data: string, guide: string): Promise<void> {
  const script = fileURLToPath(new URL("./rugged/first.ts", import.meta.url));
  const { ok, err } = await runProgram(Deno.execPath(), ["run", "--allow-all", script, data, guide], {
    env: { ORT_DISABLE_TELEMETRY: "1" },
  });
  if (!ok) throw new Error(`rugged/first.ts ${guide} failed: ${err}`);
}

async function firstRuns(
  times: Times,
  data: string,
  guide: string,
  peers: Peers,
  found: string[],
): Promise<void> {
  const name = `rugged/${guide}/first_s`;
  for (let round = 0; round < FIRST_RUNS; round++) {
    times.add(name, await seconds(() => ourProcess(data, guide)));
    for (const peer of found) {
      if (peer === "pyro" && round >= PYRO_RUNS) continue;
      times.add(
        `${name}/peer=${peer}`,
        await seconds(() => peers.run(`rugged_${peer}.py`, [data, "first", guide])),
      );
    }
  }
}

async function repeatedRuns(
  times: Times,
  data: string,
  guide: string,
  peers: Peers,
  found: string[],
): Promise<void> {
  const name = `rugged/${guide}/again_ms`, train = training(data, guide);
  for (let i = 0; i < WARM_UP; i++) await train();
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < REPETITIONS; i++) times.add(name, 1000 * await seconds(train));
    for (const peer of found) {
      const { again_s, scan_s } = JSON.parse(await peers.run(`rugged_${peer}.py`, [data, "again", guide]));
      times.add(`${name}/peer=${peer}`, 1000 * again_s);
      if (scan_s !== undefined) times.add(`${name}/peer=${peer}_scan`, 1000 * scan_s);
    }
  }
}

/**
 * 1,000 steps of each guide of the regression: as a whole process that ends after them (`first_s`),
 * and repeated in one process (`again_ms`). With peers the same in Pyro and NumPyro, in turn with
 * ours, and NumPyro's update jitted in one scan.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), peers = new Peers(), data = await writeData();
  try {
    const found = wanted ? await peers.present(["pyro", "numpyro"]) : [];
    for (const guide of GUIDES) await firstRuns(times, data, guide, peers, found);
    for (const guide of GUIDES) await repeatedRuns(times, data, guide, peers, found);
    return times.medians();
  } finally {
    await Deno.remove(data);
  }
}
