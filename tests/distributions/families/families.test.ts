import assert from "node:assert/strict";
import { compile, grad } from "../../../lib/compile/mod.ts";
import { type Key, type Shape, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { close } from "./close.ts";
import { families } from "./rows/mod.ts";

/** The numbers of a statistic; undefined where it has no closed form, or is not finite. */
function statistic(read: () => Tensor): Float32Array | undefined {
  try {
    const numbers = read().dataSync() as Float32Array;
    return numbers.every(Number.isFinite) ? numbers : undefined;
  } catch (error) {
    assert.match((error as Error).message, /in closed form/);
    return undefined;
  }
}

for (const [name, [of, ...parameters]] of Object.entries(families)) {
  const make = () => of(...parameters.map((p) => tf.tensor(p) as Tensor));

  Deno.test(`${name}: draws have the shape, the support, and the mean and variance that they should`, async () => {
    // Quantiles of betas, of which these copulas are, take many steps each.
    const d = make(), count = name === "GaussianCopulaBeta" ? 4000 : 20_000;
    const draw = compile((k: Key) => make().sample(k, [count]), { engine: "js" });
    const draws = await draw(key(7));
    await draw.release();
    assert.deepEqual(draws.shape, [count, ...d.batchShape, ...d.eventShape]);
    assert.ok(d.support.check(draws.dataSync(), draws.shape), `a draw outside ${d.support}`);
    assert.deepEqual(d.logProb(draws.slice(0, 3)).shape, [3, ...d.batchShape]);
    const known = [statistic(() => d.mean), statistic(() => d.variance)];
    // Those of angles are another thing.
    if (!known[0] || !known[1] || d instanceof dist.VonMises) return;
    const mean = draws.mean(0).dataSync(), variance = draws.sub(d.mean).square().mean(0).dataSync();
    known[0].forEach((m, i) => {
      const wanted = known[1]![i], sd = Math.sqrt(wanted);
      assert.ok(Math.abs(mean[i] - m) <= 5 * sd / Math.sqrt(count) + 1e-6, `mean ${mean[i]}, expected ${m}`);
      assert.ok(
        Math.abs(variance[i] - wanted) <= 0.15 * wanted + 1e-6,
        `variance ${variance[i]}, not ${wanted}`,
      );
    });
  });

  Deno.test(`${name}: expand(), toEvent() and mask() agree with the plain distribution`, () => {
    const d = make(), value = d.sample(key(3));
    const plain = [...d.logProb(value).dataSync()];
    const wide = d.expand([3, 2]);
    assert.deepEqual(wide.batchShape, [3, 2]);
    assert.deepEqual(wide.sample(key(1), [4]).shape, [4, 3, 2, ...d.eventShape]);
    // A value without the new axes is scored once for each member.
    const all = wide.logProb(value);
    assert.deepEqual(all.shape, [3, 2]);
    close([...all.dataSync()], [...plain, ...plain, ...plain]);
    if (statistic(() => d.mean)) assert.deepEqual(wide.mean.shape, [3, 2, ...d.eventShape]);
    const event = d.toEvent(1);
    assert.deepEqual([event.batchShape, event.eventShape], [[], [2, ...d.eventShape]]);
    close([...event.logProb(value).dataSync()], [plain[0] + plain[1]]);
    close([...d.mask(tf.tensor1d([1, 0], "bool")).logProb(value).dataSync()], [plain[0], 0]);
    close([...d.mask(false).logProb(value).dataSync()], [0, 0]);
  });

  Deno.test(`${name}: the generic Expanded wrapper has the shapes and densities of expand()`, () => {
    const d = make(), inner = new dist.Expanded(d, [3, 2]);
    assert.deepEqual(inner.sample(key(5), [2]).shape, [2, 3, 2, ...d.eventShape]);
    close([...inner.logProb(d.sample(key(3))).dataSync()], [
      ...d.expand([3, 2]).logProb(d.sample(key(3))).dataSync(),
    ]);
  });
}

Deno.test("log densities of continuous families integrate to 1", () => {
  const grids: [dist.Distribution, number, number][] = [
    [new dist.Normal(1, 0.5), -4, 6],
    [new dist.LogNormal(0, 0.4), 1e-6, 12],
    [new dist.HalfNormal(1.3), 0, 12],
    [new dist.Exponential(2), 0, 14],
    [new dist.Gamma(2.5, 3), 0, 12],
    [new dist.Beta(2.5, 3), 0, 1],
    [new dist.StudentT(9, 0.3, 0.5), -30, 30],
    [new dist.Laplace(0, 0.7), -14, 14],
    [new dist.Uniform(-1, 2), -1, 2],
    [new dist.Logistic(0.3, 0.5), -12, 12],
    [new dist.Gumbel(0.3, 0.5), -4, 12],
    [new dist.SoftLaplace(0.3, 0.5), -12, 12],
    [new dist.AsymmetricLaplace(0.3, 0.5, 0.6), -12, 12],
    [new dist.Weibull(1.5, 2.5), 0, 8],
    [new dist.Pareto(1, 5), 1, 30],
    [new dist.LogUniform(0.5, 3), 0.5, 3],
    [new dist.InverseGamma(6, 3), 0, 20],
    [new dist.Kumaraswamy(2.5, 3), 0, 1],
    [new dist.HalfStudentT(9, 0.5), 0, 30],
    [new dist.Gompertz(0.5, 1.5), 0, 8],
  ];
  for (const [d, low, high] of grids) {
    const n = 20_000, step = (high - low) / n;
    const x = tf.range(0, n).add(0.5).mul(step).add(low);
    const total = d.logProb(x).exp().sum().mul(step).dataSync()[0];
    assert.ok(Math.abs(total - 1) < 2e-3, `${d}: ${total}`);
  }
});

Deno.test("probabilities of discrete families sum to 1 over their support", () => {
  const finite = [
    new dist.Bernoulli(0.3),
    new dist.Bernoulli({ logits: 2 }),
    new dist.Categorical([0.2, 0, 0.8]),
    new dist.Categorical({ logits: [1, -2, 0.5, 40] }),
    new dist.OneHotCategorical({ logits: [1, -2, 0.5] }),
    new dist.Binomial(7, 0.3),
    new dist.Binomial(3, { logits: -Infinity }),
    new dist.Binomial(0, 1),
    new dist.DiscreteUniform(3, 5),
    new dist.TransformedDistribution(new dist.Bernoulli(0.3), new dist.AffineTransform(1, 2)),
  ];
  for (const d of finite) {
    const total = d.logProb(d.enumerateSupport()).exp().sum().dataSync()[0];
    assert.ok(Math.abs(total - 1) < 1e-5, `${d}: ${total}`);
  }
  const mixed = [
    new dist.GammaPoisson(3, 0.2),
    new dist.NegativeBinomial(0.4, 0.9),
    new dist.NegativeBinomial(5, { logits: 1 }),
    new dist.NegativeBinomial2(20, 4),
  ];
  for (
    const d of [new dist.Poisson(40), new dist.Geometric(0.1), new dist.Geometric({ logits: -2 }), ...mixed]
  ) {
    const total = d.logProb(tf.range(0, 200)).exp().sum().dataSync()[0];
    assert.ok(Math.abs(total - 1) < 1e-4, `${d}: ${total}`);
  }
});

Deno.test("values outside the support have log density -Infinity where validation is off", () => {
  const off = { validate: false };
  const outside = (d: dist.Distribution, x: number) => d.logProb(tf.scalar(x)).dataSync()[0];
  assert.equal(outside(new dist.Uniform(0, 1, off), 1.5), -Infinity);
  assert.equal(outside(new dist.HalfNormal(1, off), -1), -Infinity);
  assert.equal(outside(new dist.HalfCauchy(1, off), -1), -Infinity);
  assert.equal(outside(new dist.Exponential(1, off), -1), -Infinity);
  assert.equal(outside(new dist.Gamma(2, 1, off), -1), -Infinity);
  assert.equal(outside(new dist.LogNormal(0, 1, off), -1), -Infinity);
});

Deno.test("densities at the ends of supports are the limits, with slopes by the parameters, and 0 beyond", async () => {
  const off = { validate: false }, inf = Infinity;
  const real = [[inf, -inf], [-inf, -inf]] as const,
    positive = [[inf, -inf], [-1, -inf], [-inf, -inf]] as const;
  const table: [(a: Tensor, b: Tensor) => dist.Distribution, readonly (readonly [number, number])[]][] = [
    [(a, b) => new dist.Logistic(a, b, off), real],
    [(a, b) => new dist.Gumbel(a, b, off), real],
    [(a, b) => new dist.SoftLaplace(a, b, off), real],
    [(a, b) => new dist.AsymmetricLaplace(a, b, b, off), real],
    [(a, b) => new dist.Levy(a, b, off), [[1, -inf], [0, -inf], [inf, -inf]]],
    [(a, b) => new dist.Pareto(a, b, off), [[1, Math.log(2)], [0.5, -inf], [inf, -inf]]],
    [(a, b) => new dist.LogUniform(a, b, off), [[1, -Math.log(Math.LN2)], [0.5, -inf], [3, -inf]]],
    [(a, b) => new dist.InverseGamma(a, b, off), [[0, -inf], ...positive]],
    [(a, b) => new dist.Weibull(b, a, off), [[0, -Math.LN2], ...positive]],
    [(a, b) => new dist.Weibull(a, b, off), [[0, -inf], ...positive]],
    [(a, b) => new dist.Weibull(a, b.div(4), off), [[0, inf], ...positive]],
    [(a, b) => new dist.Kumaraswamy(a, b, off), [[0, Math.LN2], [1, -inf], [-1, -inf], [2, -inf]]],
    [(a, b) => new dist.Kumaraswamy(b, a, off), [[0, -inf], [1, Math.LN2], [-1, -inf], [2, -inf]]],
    [(a, b) => new dist.HalfStudentT(b, a, off), [[0, Math.log(2 * Math.SQRT1_2 / 2)], ...positive]],
    [(a, b) => new dist.Gompertz(a, b, off), [[0, Math.LN2], ...positive]],
    [(a, b) => new dist.NegativeBinomial2(b, a, off), [[0, -Math.log(3)], [0.5, -inf], ...positive]],
    [(a, b) => new dist.NegativeBinomial(a, b.mul(0), off), [[0, 0], [1, -inf]]],
    [(a) => new dist.Geometric(a.div(4), off), [[0, Math.log(0.25)], [0.5, -inf], [-1, -inf], [inf, -inf]]],
    [(a) => new dist.Geometric(a, off), [[0, 0], [1, -inf]]],
  ];
  for (const [make, points] of table) {
    const logProb = (x: Tensor, a: Tensor, b: Tensor) => make(a, b).logProb(x);
    const slopes = compile(
      grad((x: Tensor, a: Tensor, b: Tensor) => logProb(x, a, b).sum(), { argnums: [1, 2] }),
    );
    for (const [x, expected] of points) {
      const given = [tf.scalar(x), tf.scalar(1), tf.scalar(2)] as const;
      close([...logProb(...given).dataSync()], [expected]);
      if (Math.abs(expected) === inf) continue;
      const found = (await slopes(...given) as Tensor[]).map((t) => t.dataSync()[0]);
      // The exponent of 0^0 alone has an infinite slope.
      assert.ok(found.every((y) => !Number.isNaN(y)), `${make}: ${x}: ${found}`);
    }
    await slopes.release();
  }
});

Deno.test("boundary values are scored by their limits", () => {
  const at = (d: dist.Distribution, x: number) => d.logProb(tf.scalar(x)).dataSync()[0];
  close([at(new dist.Gamma(1, 2), 0), at(new dist.Beta(1, 1), 0), at(new dist.Beta(1, 1), 1)], [
    Math.log(2),
    0,
    0,
  ]);
  close([at(new dist.Bernoulli(0), 0), at(new dist.Bernoulli(0), 1)], [0, -Infinity]);
  close([at(new dist.Poisson(3), 0)], [-3]);
});

Deno.test("draws with the same key are the same and expanding does not copy parameters", () => {
  const d = new dist.Normal(0, 1), wide: dist.Normal = d.expand([1000]);
  assert.equal(wide.loc, d.loc);
  const shape: Shape = [5], again: Key = key(4);
  assert.deepEqual(wide.sample(key(4), shape).dataSync(), wide.sample(again, shape).dataSync());
});

Deno.test("families of scaled noise know the noise behind their own draws, and no others'", () => {
  const families: Record<string, (loc: Tensor, scale: Tensor) => dist.Distribution> = {
    Normal: (loc, scale) => new dist.Normal(loc, scale),
    Laplace: (loc, scale) => new dist.Laplace(loc, scale),
    Cauchy: (loc, scale) => new dist.Cauchy(loc, scale),
    StudentT: (loc, scale) => new dist.StudentT(5, loc, scale),
    MultivariateNormal: (loc, scale) =>
      new dist.MultivariateNormal(loc.reshape([1]), { scaleTril: scale.reshape([1, 1]) }),
  };
  for (const [name, make] of Object.entries(families)) {
    // A location at which float32 loses the digits of the noise.
    const far = make(tf.scalar(1e6), tf.scalar(0.1)), near = make(tf.scalar(0), tf.scalar(0.1));
    const draw = far.rsample(key(2), [6]), exact = near.logProb(near.rsample(key(2), [6]));
    close([...far.expand([6]).logProb(draw).dataSync()], [...exact.dataSync()]);
    const other = make(tf.scalar(1e6), tf.scalar(0.1)).logProb(draw).dataSync();
    assert.notDeepEqual([...other], [...far.logProb(draw).dataSync()], name);
    // Only what the value itself says is left once the noise is gone.
    assert.deepEqual([...far.logProb(draw.clone()).dataSync()], [...other], name);
  }
  const scale = (own: boolean) =>
    grad((s: Tensor) => {
      const d = new dist.LogNormal(0.5, s), y = d.rsample(key(3));
      return d.logProb(own ? y : y.add(0)).sum();
    })(tf.scalar(0.7)).dataSync()[0];
  assert.ok(Math.abs(scale(true) - scale(false)) < 1e-4, `${scale(true)}, not ${scale(false)}`);
});

Deno.test("withParameters() swaps the parameters of every family, and support and noise go with them", () => {
  const uniform = new dist.Uniform(tf.tensor1d([0, 1]), 3), draw = new dist.Normal([0, 1], 1).rsample(key(1));
  const moved = uniform.withParameters((t) => t.add(2), [2])!;
  assert.ok(moved.support.check([2, 3], [2]) && !moved.support.check([1, 3], [2]));
  const chi2 = new dist.Chi2([3, 7]).withParameters((t) => t.mul(2), [2])!;
  close([...chi2.parameters.df.dataSync()], [6, 14]);
  const shifted = new dist.Normal([0, 1], 1).withParameters((t) => t.add(1), [2])!;
  close([...shifted.logProb(draw).dataSync()], [...new dist.Normal([1, 2], 2).logProb(draw).dataSync()]);
});
