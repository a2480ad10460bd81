import { compile } from "../lib/compile/mod.ts";
import { withoutValidation } from "../lib/distributions/mod.ts";
import { type Key, random, sizeOf, type Tensor, tf } from "../lib/tensor/mod.ts";
import { cases, type DistributionCase } from "./distributions/cases.ts";
import { describe, ratiosToPeer } from "./distributions/ratios.ts";
import { Peers } from "./peers/peers.ts";
import { fastest } from "./shared/fastest.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";

/** Numbers that are scored, and drawn. */
const COUNT = 100_000;

/** Blocks of runs; the fastest counts. */
const ROUNDS = 8;

/** Families measured before the peers take their turn: a machine's mood is shared. */
const TURN = 15;

/**
 * Measures the draws and the log densities of a family, each compiled, on one thread. Parameters
 * are given at each run. Draws, which are scored, and results stay where the engine computes them,
 * as those of NumPyro do on its device.
 */
async function measure({ name, make, parameters }: DistributionCase): Promise<Measurement[]> {
  const tensors = parameters.map((p) => tf.tensor(p, undefined, "float32") as Tensor);
  const given = tensors.map((t) => ({ shape: t.shape, data: t.dataSync() as Float32Array }));
  const size = sizeOf(make(...tensors).eventShape), count = Math.ceil(COUNT / size);
  const key = random.key(0), options = { threads: 1 };
  const draw = (k: Key, ...all: Tensor[]) => make(...all).sample(k, [count]);
  const sampler = await compile(draw, options).program(key, ...given);
  const [values] = await sampler.run(given, [key], { stay: true }), draws = sampler.allocate(new Map());
  const sample = () => sampler.run(given, [key], { outputs: draws, stay: true });
  const [sampled] = await fastest([sample], ROUNDS);
  const score = (x: Tensor, ...all: Tensor[]) => make(...all).logProb(x);
  const scorer = await withoutValidation(() => compile(score, options).program(values, ...given));
  const scores = scorer.allocate(new Map());
  const run = () => scorer.run([values, ...given], [], { outputs: scores, stay: true });
  const [scored] = await fastest([run], ROUNDS);
  await scorer.release();
  await sampler.release();
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

/** Measures some families in a peer. */
async function measurePeer(
  peers: Peers,
  peer: "numpyro" | "torch",
  families: readonly DistributionCase[],
): Promise<Measurement[]> {
  const known = families.filter((family) => family[peer]);
  const list = known.map((family) => ({ call: family[peer], parameters: family.parameters }));
  const lines = (await peers.run(`distributions_${peer}.py`, [JSON.stringify(list)])).trim().split("\n");
  return known.flatMap(({ name }, i) => {
    const { numbers, ...times } = JSON.parse(lines[i]) as Record<string, number>;
    return figures(name, times, numbers, peer);
  });
}

/**
 * Nanoseconds for each of 100,000 numbers, of families of vectors their entries, to draw it and to
 * score it, in float32 and on one thread; with peers beside NumPyro, jitted, and torch. The medians
 * of the ratios to NumPyro come last, and are told on stderr with the ratios above 3.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const results: Measurement[] = [], peers = new Peers();
  const found = wanted ? await peers.present(["numpyro", "torch"]) : [];
  for (let first = 0; first < cases.length; first += TURN) {
    const families = cases.slice(first, first + TURN);
    for (const family of families) results.push(...await measure(family));
    for (const peer of found) results.push(...await measurePeer(peers, peer, families));
  }
  const ratios = ratiosToPeer(results, "numpyro");
  for (const line of describe(ratios)) console.error(line);
  return [
    ...results,
    ...ratios.map(({ what, median, of }) => {
      return { name: `dist/median_ratio/${what}`, value: median, unit: "", n: of };
    }),
  ];
}
