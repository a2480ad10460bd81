import { compile, type EngineName, type Precision } from "../lib/compile/mod.ts";
import { argumentsOf, cases, type LoopCase } from "./loops/cases.ts";
import { Peers } from "./peers/peers.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";

const ENGINES: readonly EngineName[] = ["js", "wasm", "onnx"];

/** Blocks of runs, the engines in turn; the fastest counts. Milliseconds of a block. */
const ROUNDS = 15, BLOCK = 15;

/** Runs a case a number of times; resolves to the milliseconds of one. */
type Timed = (times: number) => Promise<number>;

/** Returns a case in an engine, ready to run on arrays that stay the same. */
async function prepared(work: LoopCase, engine: EngineName, dtype: Precision): Promise<Timed> {
  const given = argumentsOf(work, dtype);
  const program = await compile(work.fn, { engine, dtype, threads: 1 }).program(...given);
  const outputs = program.allocate(new Map()), bound = program.bind(given, outputs);
  return async (times) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) bound ? bound() : await program.run(given, [], { outputs });
    return (performance.now() - start) / times;
  };
}

/** Measures a case in each engine, in turns. */
async function measure(work: LoopCase, dtype: Precision): Promise<Measurement[]> {
  const runs = await Promise.all(ENGINES.map((engine) => prepared(work, engine, dtype)));
  const best = runs.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of runs.entries()) {
      const times = best[i] === Infinity ? 2 : Math.max(1, Math.round(BLOCK / best[i]));
      best[i] = Math.min(best[i], await run(times));
    }
  }
  return ENGINES.map((engine, i) => figure(`${work.name}/${dtype}/${engine}`, work, best[i]));
}

function figure(name: string, { work, unit }: LoopCase, ms: number): Measurement {
  const value = unit === "ns" ? ms * 1e6 / work : work / ms / 1e6;
  return { name: `loops/${name}`, value, unit, n: ROUNDS };
}

/**
 * Nanoseconds an element, or GFlop/s, of single kinds of work in each engine that runs on the
 * processor, on one thread; with peers beside JAX.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const results: Measurement[] = [], peers = new Peers();
  for (const work of cases) {
    for (const dtype of ["float32", "float64"] as const) results.push(...await measure(work, dtype));
  }
  if (!wanted || (await peers.present(["jax"])).length === 0) return results;
  const times: Record<string, number> = JSON.parse(await peers.run("loops_jax.py", []));
  for (const work of cases) {
    for (const dtype of ["float32", "float64"]) {
      const name = `${work.name}/${dtype}`;
      results.push(figure(`${name}/peer=jax`, work, times[name]));
    }
  }
  return results;
}
