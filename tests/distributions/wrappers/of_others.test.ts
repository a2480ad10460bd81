import assert from "node:assert/strict";
import { compile, grad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { close } from "../families/close.ts";
import { families } from "../families/rows/mod.ts";

const values = (x: Tensor): number[] => [...x.dataSync()];

Deno.test("of all families logCdf() and logSurvival() are the logarithms of cdf() and of what is left", () => {
  for (const [name, [make, ...parameters]] of Object.entries(families)) {
    const d: dist.Distribution = make(...parameters.map((p) => tf.tensor(p))), x = d.sample(key(2), [20]);
    let cdf: number[];
    try {
      cdf = values(d.cdf(x));
    } catch {
      continue;
    }
    if (d.eventShape.length > 0) continue;
    values(d.logCdf(x)).forEach((y, i) => assert.ok(Math.abs(Math.exp(y) - cdf[i]) < 1e-5, `${name}: ${y}`));
    values(d.logSurvival(x)).forEach((y, i) =>
      assert.ok(Math.abs(Math.exp(y) + cdf[i] - 1) < 1e-5, `${name}: ${y}`)
    );
  }
});

Deno.test("logarithms of tails keep their digits where the tails themselves have none", () => {
  // SciPy 1.17.1: norm.logsf, logistic.logcdf, expon.logsf, weibull_min.logsf, pareto.logsf, geom.logsf.
  const table: [number | Tensor, number][] = [
    [new dist.Normal(1, 2).logSurvival(81), -804.6084420137538],
    [new dist.Normal(0, 1).logCdf(-20), -203.91715537109727],
    [new dist.Logistic(0, 1).logCdf(-90), -90],
    [new dist.Logistic(0, 1).logSurvival(90), -90],
    [new dist.Gumbel(0, 1).logCdf(-5), -148.4131591025766],
    [new dist.Exponential(2).logSurvival(70), -140],
    [new dist.Weibull(2, 3).logSurvival(20), -1000],
    [new dist.Pareto(1, 3).logSurvival(1e20), -138.15510557964274],
    [new dist.Geometric(0.25).logSurvival(999), -287.68207245178085],
    [new dist.Exponential(2).logSurvival(-1), 0],
    [new dist.Exponential(2).logCdf(-1), -Infinity],
    [new dist.Uniform(0, 1).logSurvival(2), -Infinity],
  ];
  close(table.map(([found]) => values(found as Tensor)[0]), table.map(([, expected]) => expected));
});

Deno.test("censored values are scored by what is known, and the value itself reaches no derivative", async () => {
  const off = { validate: false };
  const score = (x: Tensor, rate: Tensor, censored: Tensor): Tensor =>
    new dist.RightCensored(new dist.Exponential(rate, off), censored, off).logProb(x);
  const given = [tf.tensor1d([1, 5, 200]), tf.scalar(2), tf.tensor1d([0, 1, 1])] as const;
  close(values(score(...given)), [Math.log(2) - 2, -10, -400]);
  const slope = compile(grad((...x: Tensor[]) => score(x[0], x[1], x[2]).sum(), { argnums: [0, 1] }));
  const [byTime, byRate] = await slope(...given) as Tensor[];
  close([...values(byTime), ...values(byRate)], [-2, -2, -2, 0.5 - 1 - 5 - 200]);
  await slope.release();
  const left = new dist.LeftCensored(new dist.Normal(0, 1), [0, 1]);
  close(values(left.logProb([0, -30])), [-0.9189385332046727, -454.3212439955413]);
});

Deno.test("intervals are scored by the probability between their ends", () => {
  const d = new dist.IntervalCensored(new dist.Normal(0, 1));
  close(values(d.logProb([[-1, 1], [-Infinity, 0], [30, Infinity], [-Infinity, Infinity]])), [
    Math.log(0.6826894921370859),
    -Math.LN2,
    -454.3212439955413,
    0,
  ]);
  const exponential = new dist.IntervalCensored(new dist.Exponential([1, 2]));
  close(values(exponential.logProb([1, 2])), [
    Math.log(Math.exp(-1) - Math.exp(-2)),
    Math.log(Math.exp(-2) - Math.exp(-4)),
  ]);
});

Deno.test("Hurdle of a continuous family has an atom at 0, and the density of the family above it", () => {
  const d = new dist.Hurdle(new dist.LogNormal([0, 1], 0.5), [0.25, 0.5]), draws = d.sample(key(1), [20_000]);
  close(values(d.logProb(0)), [Math.log(0.25), Math.log(0.5)]);
  close(
    values(d.logProb(2)),
    values(new dist.LogNormal([0, 1], 0.5).logProb(2).add(tf.tensor1d([0.75, 0.5]).log())),
  );
  const zeros = values(draws.equal(0).cast("float32").mean(0)), mean = values(draws.mean(0));
  [0.25, 0.5].forEach((share, i) => assert.ok(Math.abs(zeros[i] - share) < 0.015, `${zeros[i]}`));
  values(d.mean).forEach((m, i) => assert.ok(Math.abs(mean[i] - m) < 0.05 * m, `${mean[i]}, not ${m}`));
  const sure = new dist.Hurdle(new dist.Poisson(2), [0, 1]);
  close(values(sure.logProb(0)), [-Infinity, 0]);
  close(values(sure.logProb(1)), [Math.log(2 * Math.exp(-2) / (1 - Math.exp(-2))), -Infinity]);
  const inflated = new dist.ZeroInflated(new dist.Poisson(200), [0, 1, 1e-20]);
  close(values(inflated.logProb(0)), [-200, 0, Math.log(1e-20)]);
});

Deno.test("a mixture tells the density with each component, and takes a value that one of them excludes", async () => {
  const d = new dist.Mixture(new dist.Categorical([0.25, 0.75]), new dist.Uniform([0, 0.5], [1, 2]));
  close(values(d.logProb([0.25, 0.75, 1.5])), [Math.log(0.25), Math.log(0.75), Math.log(0.5)]);
  close(values(d.logProbs(0.25)), [Math.log(0.25), -Infinity]);
  assert.equal(values(d.logProb(3))[0], -Infinity);
  const slope = compile(
    grad((p: Tensor) =>
      new dist.Mixture(new dist.Categorical({ logits: p }), new dist.Uniform([0, 0.5], [1, 2])).logProb([
        0.25,
        0.75,
      ]).sum()
    ),
  );
  // 1 - 1/2 from the first value, 1/(1 + 2/3) - 1/2 from the second.
  close(values(await slope(tf.tensor1d([0, 0]))), [0.6, -0.6]);
  await slope.release();
});

Deno.test("a choice between two distributions asks each of its own members alone", () => {
  const mask = tf.tensor([false, true], [2], "bool");
  const d = new dist.MaskedMixture(mask, new dist.Uniform(0, 1), new dist.Normal(5, 1));
  close(values(d.logProb([0.5, 7])), [0, -0.9189385332046727 - 2]);
  close(values(d.mean), [0.5, 5]);
  close(values(d.variance), [1 / 12, 1]);
});

Deno.test("ImproperUniform scores nothing, keeps to its support, and starts chains within it", () => {
  const d = new dist.ImproperUniform(dist.constraints.simplex, [2], [3]), draw = d.sample(key(0), [5]);
  assert.deepEqual(draw.shape, [5, 2, 3]);
  assert.ok(dist.constraints.simplex.check(draw.dataSync(), draw.shape));
  close(values(d.logProb(draw)), Array(10).fill(0));
  const positive = new dist.ImproperUniform(dist.constraints.positive, [], [], { validate: false });
  close(values(positive.logProb([1, -1])), [0, -Infinity]);
  assert.deepEqual(new dist.ImproperUniform(dist.constraints.real, [], [4]).eventShape, [4]);
});

Deno.test("Empirical draws its samples by their weights, vectors too", () => {
  const d = new dist.Empirical([[1, 2], [3, 4], [1, 2]], [0, Math.log(2), 0]);
  assert.deepEqual([d.batchShape, d.eventShape], [[], [2]]);
  close(values(d.logProb([[1, 2], [3, 4], [1, 4]])), [Math.log(0.5), Math.log(0.5), -Infinity]);
  close([...values(d.mean), ...values(d.variance)], [2, 3, 1, 1]);
  const draws = d.sample(key(3), [4000]), share = values(draws.mean(0))[0];
  assert.ok(Math.abs(share - 2) < 0.08, `${share}`);
});

Deno.test("tails of truncated and gated distributions have the digits of what they are made from", () => {
  const tail = (d: dist.Distribution, x: number, side: "logCdf" | "logSurvival" = "logSurvival") =>
    d[side](x).dataSync()[0];
  const near = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) <= 1e-5 * Math.abs(expected), `${found}, not ${expected}`);
  const waiting = new dist.Exponential(1), counts = new dist.Poisson(1), above = tail(counts, 40);
  near(tail(new dist.Truncated(waiting, { low: 1 }), 101), -100);
  near(tail(new dist.Truncated(new dist.Laplace(0, 1), { high: 0 }), -90, "logCdf"), -90);
  near(tail(new dist.Truncated(counts, { low: 1 }), 40), above - Math.log1p(-Math.exp(-1)));
  near(tail(new dist.ZeroInflated(counts, 0.25), 40), above + Math.log(0.75));
  near(tail(new dist.Hurdle(counts, 0.25), 40), above + Math.log(0.75) - Math.log1p(-Math.exp(-1)));
  near(tail(new dist.Hurdle(waiting, 0.25), 200), Math.log(0.75) - 200);
});
