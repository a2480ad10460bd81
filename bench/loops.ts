import { compile, type EngineName, type Precision } from "../lib/compile/mod.ts";
import { argumentsOf, cases, type LoopCase } from "./loops/cases.ts";
import { Peers } from "./peers/peers.ts";
import { fastest } from "./shared/fastest.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";

const ENGINES: readonly EngineName[] = ["js", "wasm", "onnx"];

/** Blocks of runs, the engines in turn; the fastest counts. */
const ROUNDS = 15;

/** Returns a run of a case in an engine, on arrays that stay the same. */
async function prepared(work: LoopCase, engine: EngineName, dtype: Precision): Promise<() => unknown> {
  const given = argumentsOf(work, dtype);
  const program = await compile(work.fn, { engine, dtype, threads: 1 }).program(...given);
  const outputs = program.allocate(new Map());
  return program.bind(given, outputs) ?? (() => program.run(given, [], { outputs }));
}

/** Measures a case in each engine, in turns. */
async function measure(work: LoopCase, dtype: Precision): Promise<Measurement[]> {
  const times = await fastest(
    await Promise.all(ENGINES.map((engine) => prepared(work, engine, dtype))),
    ROUNDS,
  );
  return ENGINES.map((engine, i) => figure(`${work.name}/${dtype}/${engine}`, work, times[i]));
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
