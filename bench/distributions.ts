import { compile } from "../lib/compile/mod.ts";
import { withoutValidation } from "../lib/distributions/mod.ts";
import { median } from "../lib/statistics/mod.ts";
import { type Key, random, sizeOf, type Tensor, tf } from "../lib/tensor/mod.ts";
import { cases, type DistributionCase } from "./distributions/cases.ts";
import { Peers } from "./peers/peers.ts";
import { fastest } from "./shared/fastest.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";

/** Numbers that are scored, and drawn. */
const COUNT = 100_000;

/** Blocks of runs; the fastest counts. */
const ROUNDS = 8;

/** Measures the draws and the log densities of a family, each compiled, on one thread. */
async function measure({ name, make, parameters }: DistributionCase): Promise<Measurement[]> {
  const tensors = parameters.map((p) => tf.tensor(p, undefined, "float32") as Tensor);
  const given = tensors.map((t) => ({ shape: t.shape, data: t.dataSync() as Float32Array }));
  const size = sizeOf(make(...tensors).eventShape), count = Math.ceil(COUNT / size);
  const key = random.key(0), options = { threads: 1 };
  const draw = (k: Key, ...all: Tensor[]) => make(...all).sample(k, [count]);
  const sampler = await compile(draw, options).program(key, ...given);
  const [values] = await sampler.run(given, [key]), outputs = sampler.allocate(new Map());
  const [sampled] = await fastest([() => sampler.run(given, [key], { outputs })], ROUNDS);
  await sampler.release();
  const score = (x: Tensor, ...all: Tensor[]) => make(...all).logProb(x);
  const scorer = await withoutValidation(() => compile(score, options).program(values, ...given));
  const results = scorer.allocate(new Map()), bound = scorer.bind([values, ...given], results);
  const run = bound ?? (() => scorer.run([values, ...given], [], { outputs: results }));
  const [scored] = await fastest([run], ROUNDS);
  await scorer.release();
  return figures(name, { log_prob: scored, sample: sampled }, count * size);
}

/** Nanoseconds for each number of what took milliseconds. */
function figures(
  name: string,
  times: Readonly<Record<string, number>>,
  numbers: number,
  peer?: string,
): Measurement[] {
  return Object.entries(times).map(([what, ms]) => ({
    name: `dist/${name}/${what}_ns${peer ? `/peer=${peer}` : ""}`,
    value: ms * 1e6 / numbers,
    unit: "ns",
    n: ROUNDS,
  }));
}

/**
 * Nanoseconds for each of 100,000 numbers, of families of vectors their entries, to draw it and to
 * score it; with peers beside NumPyro, jitted, and torch.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const results: Measurement[] = [], peers = new Peers();
  for (const family of cases) results.push(...await measure(family));
  for (const peer of wanted ? await peers.present(["numpyro", "torch"]) : []) {
    const known = cases.filter((family) => family[peer]);
    const list = known.map((family) => ({ call: family[peer], parameters: family.parameters }));
    const lines = (await peers.run(`distributions_${peer}.py`, [JSON.stringify(list)])).trim().split("\n");
    const found = lines.map((line) => JSON.parse(line) as Record<string, number>);
    known.forEach(({ name }, i) => {
      const { numbers, ...times } = found[i];
      results.push(...figures(name, times, numbers, peer));
    });
  }
  return [...results, ...ratios(results)];
}

/** The medians over the families of our times by NumPyro's. */
function ratios(results: readonly Measurement[]): Measurement[] {
  const values = new Map(results.map(({ name, value }) => [name, value]));
  return ["log_prob", "sample"].flatMap((what) => {
    const all = cases.flatMap(({ name }) => {
      const ours = `dist/${name}/${what}_ns`, theirs = values.get(`${ours}/peer=numpyro`);
      return theirs ? [values.get(ours)! / theirs] : [];
    });
    return all.length === 0
      ? []
      : [{ name: `dist/median_ratio/${what}`, value: median(all), unit: "", n: all.length }];
  });
}
