import { bits, fillDraws, fillNormal, fillUniform, key, type PathStep } from "../lib/tensor/random/mod.ts";
import type { Measurement } from "./shared/measurement.ts";

const COUNT = 1_000_000, RUNS = 15, WARM_UP = 5;

function measure(name: string, per: number, body: () => void): Measurement {
  const times: number[] = [];
  for (let run = -WARM_UP; run < RUNS; run++) {
    const start = performance.now();
    body();
    if (run >= 0) times.push((performance.now() - start) * 1e6 / per);
  }
  times.sort((a, b) => a - b);
  return { name, value: times[RUNS >> 1], unit: "ns", n: RUNS };
}

/**
 * Nanoseconds for one draw of a large array, and for one step of a scan that draws 5 normals from a
 * key of its own, two derivations away from the loop.
 */
export function run(): Promise<Measurement[]> {
  const k = key(0), floats = new Float32Array(COUNT);
  const steps = 10_000, perStep = 5, noise = new Float32Array(steps * perStep);
  const path: PathStep[] = [
    { op: "loop", depth: 0 },
    { op: "split", count: 3, index: 1 },
    { op: "split", count: 2, index: 0 },
  ];
  return Promise.resolve([
    measure("random/normal_ns", COUNT, () => fillNormal(k, floats)),
    measure("random/uniform_ns", COUNT, () => fillUniform(k, floats)),
    measure("random/bits_ns", COUNT, () => bits(k, [COUNT])),
    measure("random/scan_step_ns", steps, () => fillDraws("normal", k, path, [steps], noise, perStep)),
  ]);
}

if (import.meta.main) console.table(await run());
