import assert from "node:assert/strict";
import { tf } from "../../../lib/tensor/tf.ts";
import * as random from "../../../lib/tensor/random/mod.ts";
import { gammaCdf, kolmogorovSmirnov, lgamma, moments, normalCdf } from "./reference.ts";

const N = 20000;

function assertFits(values: ArrayLike<number>, cdf: (x: number) => number, what = ""): void {
  const distance = kolmogorovSmirnov(values, cdf);
  assert.ok(distance < 1.95, `${what} Kolmogorov-Smirnov distance ${distance}`);
}

/** Whether counts come from the given probabilities: chi-squared over the cells that expect 10 or more, the rest as one cell. */
function assertCounts(
  counts: Map<number, number>,
  n: number,
  probability: (k: number) => number,
  upTo: number,
): void {
  let chi2 = 0, cells = 0, expectedRest = n, countRest = n;
  for (let k = 0; k <= upTo; k++) {
    const expected = n * probability(k), count = counts.get(k) ?? 0;
    if (expected < 10) continue;
    chi2 += (count - expected) ** 2 / expected, cells++;
    expectedRest -= expected, countRest -= count;
  }
  if (expectedRest > 1) chi2 += (countRest - expectedRest) ** 2 / expectedRest;
  else assert.ok(countRest <= 10, `${countRest} draws where ${expectedRest} were expected`);
  // Wilson and Hilferty's normal approximation of the chi-squared distribution, at 3.3 standard
  // deviations.
  const z = (Math.cbrt(chi2 / cells) - (1 - 2 / (9 * cells))) / Math.sqrt(2 / (9 * cells));
  assert.ok(z < 3.3, `chi-squared ${chi2} on ${cells} cells`);
}

function countsOf(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const v of Array.from(values)) counts.set(v, (counts.get(v) ?? 0) + 1);
  return counts;
}

Deno.test("the direct samplers fit their distribution functions", () => {
  const key = random.key(1);
  assertFits(
    random.uniform(key, [N], { min: tf.scalar(-1), max: 3 }).dataSync(),
    (x) => (x + 1) / 4,
    "uniform",
  );
  assertFits(random.normal(key, [N]).dataSync(), normalCdf, "normal");
  assertFits(random.exponential(key, [N]).dataSync(), (x) => -Math.expm1(-x), "exponential");
  assertFits(random.gumbel(key, [N]).dataSync(), (x) => Math.exp(-Math.exp(-x)), "gumbel");
  const laplace = (x: number) => x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2;
  assertFits(random.laplace(key, [N]).dataSync(), laplace, "laplace");
  assertFits(random.cauchy(key, [N]).dataSync(), (x) => Math.atan(x) / Math.PI + 0.5, "cauchy");
});

Deno.test("keys of a split and of a fold-in draw independently", () => {
  const keys = [...random.key(7).split(3), random.key(7), random.key(7).foldIn(9), random.key(8)];
  const draws = keys.map((k) => k.draw("normal", [N]).dataSync());
  for (let i = 0; i < draws.length; i++) {
    for (let j = 0; j < i; j++) {
      for (const lag of [0, 1]) {
        let dot = 0;
        for (let n = lag; n < N; n++) dot += draws[i][n] * draws[j][n - lag];
        assert.ok(Math.abs(dot) < 4 * Math.sqrt(N), `keys ${j} and ${i} at lag ${lag}: ${dot / N}`);
      }
    }
  }
});

for (const concentration of [0.05, 0.3, 0.9, 1, 1.7, 5, 60, 2000]) {
  Deno.test(`gamma() fits Gamma(${concentration}, 1), and loggamma() is its logarithm`, () => {
    const key = random.key(3), draws = random.gamma(key, concentration, [N]);
    // What underflows stands at the smallest normal number: its place in the distribution is below
    // all others.
    const seen = draws.dataSync().filter((z) => z > 2 ** -126);
    const floor = gammaCdf(concentration, 2 ** -126).lower;
    assert.ok(Math.abs(1 - seen.length / N - floor) < 4 * Math.sqrt(floor / N) + 1e-9);
    assertFits(seen, (z) => (gammaCdf(concentration, z).lower - floor) / (1 - floor));
    const logs = random.loggamma(key, concentration, [N]).dataSync();
    draws.dataSync().forEach((z, i) => {
      if (z > 2 ** -126) assert.ok(Math.abs(Math.log(z) - logs[i]) < 1e-5 * Math.max(1, Math.abs(logs[i])));
    });
  });
}

Deno.test("loggamma() has the right mean where every draw underflows", () => {
  // E log z = digamma(alpha), near -1 / alpha - 0.5772; its standard deviation is near 1 / alpha.
  const logs = random.loggamma(random.key(5), 1e-4, [N]).dataSync();
  assert.ok(logs.every(Number.isFinite));
  assert.ok(Math.abs(moments(logs).mean + 1e4 + 0.5772) < 4e4 / Math.sqrt(N));
});

Deno.test("gamma() broadcasts its concentration to the shape asked for", () => {
  const draws = random.gamma(random.key(0), [[1], [1000]], [4, 2, 3]);
  assert.deepEqual(draws.shape, [4, 2, 3]);
  const values = draws.arraySync() as number[][][];
  assert.ok(values.every(([small, large]) => Math.max(...small) < 50 && Math.min(...large) > 800));
});

Deno.test("beta() fits the distribution functions that have a closed form", () => {
  const draw = (a: number, b: number) => random.beta(random.key(4), a, b, [N]).dataSync();
  assertFits(draw(1, 1), (x) => x);
  assertFits(draw(3.5, 1), (x) => x ** 3.5);
  assertFits(draw(0.2, 1), (x) => x ** 0.2);
  assertFits(draw(2, 3), (x) => x * x * (6 - 8 * x + 3 * x * x));
  assertFits(draw(0.5, 0.5), (x) => 2 / Math.PI * Math.asin(Math.sqrt(x)));
});

Deno.test("beta() with tiny concentrations is near 0 or 1 and never on it", () => {
  const draws = random.beta(random.key(4), 1e-3, 3e-3, [N]).dataSync();
  assert.ok(draws.every((x) => x > 0 && x < 1));
  assert.ok(Math.abs(draws.filter((x) => x > 0.5).length / N - 0.25) < 4 * Math.sqrt(0.25 * 0.75 / N));
});

Deno.test("dirichlet() sums to 1 and has beta marginals", () => {
  const draws = random.dirichlet(random.key(6), [1, 0.5, 1.5], [N]);
  assert.deepEqual(draws.shape, [N, 3]);
  const sums = draws.sum(-1).dataSync();
  assert.ok(sums.every((s) => Math.abs(s - 1) < 1e-6));
  // A part is Beta(alpha, total - alpha): with alpha = 1 and total = 3, 1 - (1 - x)^2.
  assertFits(draws.slice([0, 0], [N, 1]).dataSync(), (x) => 1 - (1 - x) ** 2);
  const half = moments(draws.slice([0, 1], [N, 1]).dataSync());
  assert.ok(Math.abs(half.mean - 1 / 6) < 4 * Math.sqrt(half.variance / N));
  assert.ok(Math.abs(half.variance / (5 / 36 / 4) - 1) < 0.05);
});

Deno.test("dirichlet() with tiny concentrations picks one part", () => {
  const draws = random.dirichlet(random.key(6), [1e-3, 1e-3, 2e-3], [N]);
  const largest = draws.max(-1).dataSync();
  assert.ok(largest.every((v) => v > 0.33) && draws.min().dataSync()[0] > 0);
  const third = countsOf(draws.argMax(-1).dataSync()).get(2)! / N;
  assert.ok(Math.abs(third - 0.5) < 4 * Math.sqrt(0.25 / N));
});

for (const rate of [0.05, 1, 6, 9.99, 10, 13.5, 80, 3000]) {
  Deno.test(`poisson() fits Poisson(${rate})`, () => {
    const draws = random.poisson(random.key(12), rate, [N]);
    assert.equal(draws.dtype, "float32");
    const mass = (k: number) => Math.exp(k * Math.log(rate) - rate - lgamma(k + 1));
    assertCounts(countsOf(draws.dataSync()), N, mass, Math.ceil(rate + 10 * Math.sqrt(rate) + 10));
  });
}

Deno.test("poisson() takes a rate for each draw, 0 and large ones among them", () => {
  const draws = random.poisson(random.key(2), [0, 4, 1e5], [1000, 3]).arraySync() as number[][];
  assert.ok(draws.every(([zero]) => zero === 0));
  for (const [column, rate] of [[1, 4], [2, 1e5]]) {
    const { mean, variance } = moments(draws.map((row) => row[column]));
    assert.ok(Math.abs(mean - rate) < 4 * Math.sqrt(rate / 1000), `mean ${mean} at rate ${rate}`);
    assert.ok(Math.abs(variance / rate - 1) < 0.2, `variance ${variance} at rate ${rate}`);
  }
});

for (const [low, high] of [[-1, 2], [0, Infinity], [-Infinity, -1.5], [2.5, 3], [-Infinity, Infinity]]) {
  Deno.test(`truncatedNormal() fits the normal between ${low} and ${high}`, () => {
    const draws = random.truncatedNormal(random.key(9), low, high, [N]).dataSync();
    assert.ok(draws.every((x) => x > low && x < high));
    const from = normalCdf(low), to = normalCdf(high);
    assertFits(draws, (x) => (normalCdf(x) - from) / (to - from));
  });
}

Deno.test("categorical() and bernoulli() draw with the given probabilities, of one batch each", () => {
  const logits = tf.tensor2d([[0.1, 0.2, 0.7], [0.6, 0.4, 0]]).log();
  const draws = random.categorical(random.key(1), logits as ReturnType<typeof tf.tensor2d>, [N, 2])
    .arraySync() as number[][];
  assertCounts(countsOf(draws.map((d) => d[0])), N, (k) => [0.1, 0.2, 0.7][k], 2);
  assertCounts(countsOf(draws.map((d) => d[1])), N, (k) => [0.6, 0.4, 0][k], 2);
  assert.deepEqual(random.categorical(random.key(1), logits).shape, [2]);
  const flips = random.bernoulli(random.key(1), [0, 0.2, 1], [N, 3]).mean(0).dataSync();
  assert.ok(flips[0] === 0 && flips[2] === 1 && Math.abs(flips[1] - 0.2) < 4 * Math.sqrt(0.16 / N));
});

Deno.test("categoricalByProbs() draws with the given probabilities, up to a factor, few and many, never those of 0", () => {
  const few = tf.tensor2d([[1, 2, 0, 7], [0, 0, 30, 0]]);
  const draws = random.categoricalByProbs(random.key(1), few, [N, 2]), rows = draws.arraySync() as number[][];
  assert.equal(draws.dtype, "int32");
  assertCounts(countsOf(rows.map((row) => row[0])), N, (k) => [0.1, 0.2, 0, 0.7][k], 3);
  assert.ok(rows.every((row) => row[1] === 2 && row[0] !== 2));
  const many = Array.from({ length: 40 }, (_, k) => k % 3), total = many.reduce((sum, p) => sum + p);
  const places = random.categoricalByProbs(random.key(2), many, [N]).dataSync();
  assertCounts(countsOf(places), N, (k) => many[k] / total, 39);
  assert.ok(places.every((k) => many[k] > 0));
  assert.deepEqual([...random.categoricalByProbs(random.key(2), [3], [2]).dataSync()], [0, 0]);
});

Deno.test("permutation() permutes rows, and large ranges completely", () => {
  const rows = tf.tensor2d([[0, 10], [1, 11], [2, 12], [3, 13]]);
  const order = [...random.permutation(random.key(3), 4).dataSync()];
  assert.deepEqual(random.permutation(random.key(3), rows).arraySync(), order.map((i) => [i, i + 10]));
  const many = random.permutation(random.key(3), 50000).dataSync();
  assert.deepEqual(new Set(many).size, 50000);
  assert.deepEqual(random.permutation(random.key(3), 0).shape, [0]);
});

Deno.test("choice() with probabilities follows them, without replacement draws nothing twice", () => {
  const p = [0.1, 0.4, 0, 0.5];
  assertCounts(countsOf(random.choice(random.key(1), 4, [N], { p }).dataSync()), N, (k) => p[k], 3);
  for (const options of [{ replace: false }, { replace: false, p: [1, 2, 3, 4] }]) {
    assert.deepEqual([...random.choice(random.key(1), 4, [4], options).dataSync()].sort(), [0, 1, 2, 3]);
  }
  const rows = random.choice(random.key(1), tf.tensor2d([[1, 2], [3, 4]]), [5, 2]);
  assert.deepEqual(rows.shape, [5, 2, 2]);
  assert.ok((rows.arraySync() as number[][][]).flat().every(([a, b]) => b === a + 1));
});
