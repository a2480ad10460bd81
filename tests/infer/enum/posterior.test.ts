import assert from "node:assert/strict";
import { Bernoulli, Categorical, Normal } from "../../../lib/distributions/mod.ts";
import { compile } from "../../../lib/compile/mod.ts";
import { computeMarginals, enumLogDensity, inferDiscrete, Predictive } from "../../../lib/infer/mod.ts";
import { configEnumerate, plate, sample, scan, seed, trace, vindex } from "../../../lib/ppl/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { type Key, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const transition = tf.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]);
const observed = tf.tensor([[0.2, 1.9], [1.1, 2.2], [0.8, -0.1], [2.3, 0.4]]);

/** Two hidden Markov chains of four steps, one state for both before them. */
const chain = configEnumerate((data: Tensor) => {
  const start = sample("start", new Categorical([0.2, 0.5, 0.3]));
  using _members = plate("members", 2);
  scan(
    (z: Tensor, x: Tensor): [Tensor, null] => {
      const now = sample("z", new Categorical(vindex(transition, [z, null])));
      sample("x", new Normal(now.cast("float32"), 1), { obs: x });
      return [now, null];
    },
    start,
    data,
  );
});

/** The posterior probabilities of all values of one site, by one density for each. */
function posterior(of: (value: number) => Record<string, Tensor>, count: number): number[] {
  const logs = Array.from(
    { length: count },
    (_, v) => enumLogDensity(chain, [observed], of(v)).logDensity.dataSync()[0],
  );
  const peak = Math.max(...logs), weights = logs.map((l) => Math.exp(l - peak));
  return weights.map((w) => w / weights.reduce((a, b) => a + b));
}

/** All 9 paths of two members at one step have too many values: those of the state before are three. */
const exactStart = posterior((v) => ({ start: tf.scalar(v, "int32") }), 3);

Deno.test("computeMarginals gives the posterior of each site, in scan of each step and member", () => {
  const marginals = computeMarginals(chain, [observed], {}), start = marginals.start as Categorical;
  start.probs.dataSync().forEach((p, i) => assert.ok(Math.abs(p - exactStart[i]) < 1e-5));
  const { probs } = marginals.z as Categorical;
  assert.deepEqual(probs.shape, [4, 2, 3]);
  // By brute force: all paths of the first member, with those of the second summed.
  const paths = Array.from(
    { length: 81 },
    (_, k) => [Math.floor(k / 27), Math.floor(k / 9) % 3, Math.floor(k / 3) % 3, k % 3],
  );
  const density = (path: readonly number[], member: number) => {
    const x = observed.arraySync() as number[][], p = transition.arraySync() as number[][];
    return (start: number) =>
      path.reduce(
        (product, z, t) =>
          product * p[t === 0 ? start : path[t - 1]][z] * Math.exp(-0.5 * (x[t][member] - z) ** 2),
        1,
      );
  };
  const prior = [0.2, 0.5, 0.3], found = probs.arraySync() as number[][][];
  for (let t = 0; t < 4; t++) {
    const expected = [0, 0, 0];
    for (let s = 0; s < 3; s++) {
      const others = paths.reduce((sum, path) => sum + density(path, 1)(s), 0);
      for (const path of paths) expected[path[t]] += prior[s] * others * density(path, 0)(s);
    }
    const total = expected.reduce((a, b) => a + b);
    expected.forEach((e, v) => assert.ok(Math.abs(found[t][0][v] - e / total) < 1e-5));
  }
});

/** Pearson's statistic is below its 99.9% quantile, of `counts.length - 1` degrees of freedom. */
function assertFrequencies(counts: readonly number[], probs: readonly number[]): void {
  const n = counts.reduce((a, b) => a + b);
  const statistic = counts.reduce((sum, c, i) => sum + (c - n * probs[i]) ** 2 / (n * probs[i]), 0);
  const quantile = [0, 10.83, 13.82, 16.27, 18.47, 20.52][counts.length - 1];
  assert.ok(statistic < quantile, `chi-square ${statistic}, the counts are ${counts}`);
}

Deno.test("draws at temperature 1 have the posterior's frequencies, also through scan", async () => {
  const { probs } = computeMarginals(chain, [observed], {}).z as Categorical;
  const expected = probs.arraySync() as number[][][], n = 2000;
  const draw = compile((key: Key) => {
    using _draws = plate("draws", n, { dim: -2 });
    const run = trace(seed(inferDiscrete(chain), key)).get(observed);
    return [run.value("start"), run.value("z")];
  });
  const [start, z] = await draw(key(5));
  assert.deepEqual([start.size, z.shape], [n, [4, n, 2]]);
  const count = (values: Iterable<number>) => {
    const counts = [0, 0, 0];
    for (const value of values) counts[value]++;
    return counts;
  };
  assertFrequencies(count(start.dataSync()), exactStart);
  const all = z.arraySync() as number[][][];
  for (const [t, member] of [[0, 0], [1, 1], [3, 0]]) {
    assertFrequencies(count(all[t].map((row) => row[member])), expected[t][member]);
  }
});

Deno.test("one program decodes chains of any length, and ONNX is it", async () => {
  const decode = compile(
    (data: Tensor) => trace(inferDiscrete(chain, { temperature: 0 })).get(data).value("z"),
    {
      engine: "onnx",
      axes: [["steps", null]],
    },
  );
  for (const length of [4, 2, 1]) {
    const data = observed.slice([0, 0], [length, 2]) as Tensor;
    const eager = trace(inferDiscrete(chain, { temperature: 0 })).get(data).value("z");
    assert.deepEqual((await decode(data)).arraySync(), eager.arraySync());
  }
});

Deno.test("marginals of a coin are a Bernoulli", () => {
  const coin = configEnumerate(() => {
    const z = sample("z", new Bernoulli(0.5));
    sample("x", new Normal(z, 1), { obs: 1 });
  });
  const { z } = computeMarginals(coin, [], {});
  assert.ok(z instanceof Bernoulli && Math.abs(z.logits.dataSync()[0] - 0.5) < 1e-5);
});

Deno.test("Predictive draws discrete sites from their posterior, given draws of the others", async () => {
  const mixture = configEnumerate((x?: Tensor) => {
    const loc = sample("loc", new Normal(0, 1));
    using _d = plate("data", 2);
    const z = sample("z", new Bernoulli(0.5));
    sample("x", new Normal(z.mul(loc), 1), { obs: x });
  });
  const n = 3000, posteriorSamples = { loc: tf.fill([n], 2) as Tensor }, data = tf.tensor([0, 2.5]);
  for (const parallel of [false, true]) {
    const { z } = await new Predictive(mixture, { posteriorSamples, inferDiscrete: true, parallel })(
      key(0),
      data,
    );
    const [a, b] = z.mean(0).dataSync(), odds = (x: number) => 1 / (1 + Math.exp(-(2 * x - 2)));
    assert.ok(Math.abs(a - odds(0)) < 0.03 && Math.abs(b - odds(2.5)) < 0.03, `${a} ${b}`);
  }
  // Without data there is nothing to infer from.
  await assert.rejects(
    new Predictive(mixture, { posteriorSamples, inferDiscrete: true })(key(0)),
    /Cannot sum out site "z": site "x" is drawn for each of its values/,
  );
});
