import { fileURLToPath } from "node:url";
import { child } from "./shared/child.ts";
import type { Measurement } from "./shared/measurement.ts";
import { seconds, Times } from "./shared/times.ts";

/** Processes of each kind, which take turns. */
const PROCESSES = 15;

/** The report of a process: milliseconds of its parts, and the processor's time of all of it. */
interface Report {
  readonly parts: Readonly<Record<string, number>>;
  readonly cpu: number;
}

const script = (name: string): string => fileURLToPath(new URL(`./startup/${name}.ts`, import.meta.url));

/**
 * Times a small script, from the start of its process to the first result of a compiled function:
 * the whole, the processor's time in it, and its parts. ONNX Runtime is loaded only where a graph
 * runs on it, so that it is no part of the whole.
 */
export async function run(): Promise<Measurement[]> {
  const times = new Times();
  // The first processes fill Deno's caches.
  await child(script("nothing"), []);
  await child(script("first_result"), []);
  for (let i = 0; i < PROCESSES; i++) {
    times.add("startup/deno_ms", 1000 * await seconds(() => child(script("nothing"), [])));
    let report: Report;
    const whole = await seconds(async () => report = await child<Report>(script("first_result"), []));
    times.add("startup/whole_ms", 1000 * whole);
    times.add("startup/whole_cpu_ms", report!.cpu);
    const { parts } = await child<Report>(script("first_result"), ["parts"]);
    for (const [part, ms] of Object.entries(parts)) times.add(`startup/part/${part}_ms`, ms);
    const loaded = await child<Report>(script("first_result"), ["onnxruntime"]);
    times.add("startup/onnxruntime_ms", loaded.parts.onnxruntime);
  }
  return times.medians();
}
