import assert from "node:assert/strict";
import { tf } from "../../lib/tensor/mod.ts";
import { key } from "../../lib/tensor/random/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";

const pairs: [string, dist.Distribution, dist.Distribution][] = [
  ["Normal", new dist.Normal([0, 1], 2), new dist.Normal(0.5, [1, 3])],
  ["LogNormal", new dist.LogNormal(0, 0.5), new dist.LogNormal(0.3, 0.7)],
  ["Laplace", new dist.Laplace(0, 1), new dist.Laplace(0.5, 2)],
  ["Exponential", new dist.Exponential(2), new dist.Exponential(0.5)],
  ["Uniform", new dist.Uniform(0, 1), new dist.Uniform(-1, 2)],
  ["Gamma", new dist.Gamma([2, 90], 3), new dist.Gamma([1.5, 80], 2.5)],
  ["Beta", new dist.Beta(2, 3), new dist.Beta(1.5, 4)],
  ["Dirichlet", new dist.Dirichlet([1, 2, 3]), new dist.Dirichlet([2, 2, 2])],
  ["Bernoulli", new dist.Bernoulli([0.3, 1]), new dist.Bernoulli(0.6)],
  ["Bernoulli by logits", new dist.Bernoulli({ logits: 2 }), new dist.Bernoulli({ logits: -0.5 })],
  ["Categorical", new dist.Categorical([0.2, 0.8, 0]), new dist.Categorical({ logits: [0, 1, 2] })],
  ["OneHotCategorical", new dist.OneHotCategorical([0.2, 0.8]), new dist.OneHotCategorical([0.5, 0.5])],
  ["Poisson", new dist.Poisson([3, 40]), new dist.Poisson([4, 38])],
  [
    "MultivariateNormal",
    new dist.MultivariateNormal([0, 1], { scaleTril: [[1, 0], [0.5, 2]] }),
    new dist.MultivariateNormal([0.3, 0], { covariance: [[2, 0.4], [0.4, 3]] }),
  ],
  ["Independent", new dist.Normal([0, 1], 1).toEvent(1), new dist.Normal(0, 2).expand([2]).toEvent(1)],
  [
    "TransformedDistribution",
    new dist.TransformedDistribution(new dist.Normal(0, 1), new dist.ExpTransform()),
    new dist.TransformedDistribution(new dist.Normal(0.5, 2), new dist.ExpTransform()),
  ],
];

for (const [name, p, q] of pairs) {
  Deno.test(`klDivergence() of ${name} agrees with an average over samples`, () => {
    const count = 40_000, draws = p.sample(key(21), [count]);
    const terms = p.logProb(draws).sub(q.logProb(draws));
    const mean = terms.mean(0).dataSync(), variance = terms.sub(terms.mean(0)).square().mean(0).dataSync();
    const exact = dist.klDivergence(p, q);
    assert.deepEqual(exact.shape, terms.shape.slice(1));
    exact.dataSync().forEach((value, i) => {
      const error = 5 * Math.sqrt(variance[i] / count) + 1e-4;
      assert.ok(Math.abs(value - mean[i]) <= error, `${value}, not ${mean[i]} (within ${error})`);
    });
    for (const value of dist.klDivergence(p, p).dataSync()) {
      assert.ok(Math.abs(value) < 1e-4, `KL(p || p) is ${value}`);
    }
  });
}

Deno.test("klDivergence() looks through Expanded, Masked and Delta", () => {
  const p = new dist.Normal(0, 1), q = new dist.Normal(1, 2), plain = dist.klDivergence(p, q).dataSync()[0];
  const near = (d: { dataSync(): ArrayLike<number> }, expected: number[]) =>
    assert.deepEqual(Array.from(d.dataSync(), (v) => v.toFixed(5)), expected.map((v) => v.toFixed(5)));
  near(dist.klDivergence(p.expand([2]), q), [plain, plain]);
  near(dist.klDivergence(new dist.Expanded(p, [2]), new dist.Expanded(q, [2])), [plain, plain]);
  near(dist.klDivergence(p.expand([2]).mask(tf.tensor1d([1, 0], "bool")), q), [plain, 0]);
  near(dist.klDivergence(p.expand([3]).toEvent(1), q.expand([3]).toEvent(1)), [3 * plain]);
  near(dist.klDivergence(new dist.Delta(0.5), q), [-q.logProb(tf.scalar(0.5)).dataSync()[0]]);
  assert.equal(dist.klDivergence(new dist.Uniform(0, 2), new dist.Uniform(0, 1)).dataSync()[0], Infinity);
});

Deno.test("tryKlDivergence() is undefined without a closed form, also inside wrappers, and klDivergence() throws", () => {
  const p = new dist.Normal(0, 1), q = new dist.StudentT(3);
  assert.equal(dist.tryKlDivergence(p, q), undefined);
  assert.equal(dist.tryKlDivergence(p.expand([2]).toEvent(1), q.expand([2]).toEvent(1)), undefined);
  assert.throws(() => dist.klDivergence(p, q), {
    message:
      "Cannot compute KL(Normal || StudentT) in closed form: there is none; register one by registerKl, " +
      "or average p.logProb - q.logProb over samples of p",
  });
});

Deno.test("registerKl() adds a form, which the classes derived from its own use too", () => {
  class Derived extends dist.StudentT {}
  dist.registerKl(dist.StudentT, dist.Laplace, () => tf.scalar(42));
  assert.equal(dist.klDivergence(new Derived(3), new dist.Laplace()).dataSync()[0], 42);
});
