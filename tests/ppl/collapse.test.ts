import assert from "node:assert/strict";
import * as D from "../../lib/distributions/mod.ts";
import { compile, grad } from "../../lib/compile/mod.ts";
import {
  collapse,
  deterministic,
  logDensity,
  mask,
  plate,
  sample,
  scale,
  seed,
  trace,
} from "../../lib/ppl/mod.ts";
import { MCMC, NUTS } from "../../lib/infer/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { logNormal, number } from "./models.ts";

const near = (found: number, expected: number, tolerance = 2e-5) =>
  assert.ok(
    Math.abs(found - expected) < tolerance * (1 + Math.abs(expected)),
    `${found}, expected ${expected}`,
  );
const sum = (t: Tensor) => number(t.sum());
const density = (model: () => unknown) => number(logDensity(collapse(model, ["z"]), [], {}).logDensity);

const pairs: Record<
  string,
  [() => D.Distribution, (z: Tensor) => D.Distribution, number | number[], () => Tensor]
> = {
  "Beta and Bernoulli": [
    () => new D.Beta(2, 3),
    (z) => new D.Bernoulli(z),
    1,
    () => tf.scalar(Math.log(2 / 5)),
  ],
  "Beta and Binomial": [
    () => new D.Beta(2, 3),
    (z) => new D.Binomial(9, z),
    4,
    () => new D.BetaBinomial(2, 3, 9).logProb(4),
  ],
  // B(3, 5) / B(2, 3).
  "Beta and Geometric": [
    () => new D.Beta(2, 3),
    (z) => new D.Geometric(z),
    2,
    () => tf.scalar(Math.log(12 / 105)),
  ],
  "Gamma and Poisson": [
    () => new D.Gamma(2, 3),
    (z) => new D.Poisson(z),
    4,
    () => new D.GammaPoisson(2, 3).logProb(4),
  ],
  // A Lomax density: 2 * 3^2 / (3 + x)^3.
  "Gamma and Exponential": [
    () => new D.Gamma(2, 3),
    (z) => new D.Exponential(z),
    1.5,
    () => tf.scalar(Math.log(18 / 4.5 ** 3)),
  ],
  "Dirichlet and Categorical": [
    () => new D.Dirichlet([1, 2, 3]),
    (z) => new D.Categorical(z),
    2,
    () => tf.scalar(Math.log(0.5)),
  ],
  "Dirichlet and OneHotCategorical": [
    () => new D.Dirichlet([1, 2, 3]),
    (z) => new D.OneHotCategorical(z),
    [0, 1, 0],
    () => tf.scalar(Math.log(1 / 3)),
  ],
  "Dirichlet and Multinomial": [
    () => new D.Dirichlet([1, 2, 3]),
    (z) => new D.Multinomial(6, z),
    [1, 3, 2],
    () => new D.DirichletMultinomial([1, 2, 3], 6).logProb([1, 3, 2]),
  ],
  "Normal and Normal": [
    () => new D.Normal(1, 2),
    (z) => new D.Normal(z, 3),
    4,
    () => new D.Normal(1, Math.sqrt(13)).logProb(4),
  ],
};
for (const [name, [prior, likelihood, obs, expected]] of Object.entries(pairs)) {
  Deno.test(`${name}: the marginal probability of an observation`, () => {
    near(density(() => sample("x", likelihood(sample("z", prior())), { obs })), number(expected()));
  });
}

Deno.test("members of plates share one number, or have one each; several sites add up", () => {
  const x = [3, 5, 4],
    all = () => {
      const z = sample("z", new D.Gamma(2, 3));
      sample("y", new D.Exponential(z), { obs: 0.7 });
      using _data = plate("data", 3);
      sample("x", new D.Poisson(z), { obs: x });
    };
  // Gamma(2, 3) to Gamma(2 + 1 + 12, 3 + 0.7 + 3).
  const lgamma = (n: number) =>
    Array.from({ length: n - 1 }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
  const facts = x.reduce((s, n) => s + lgamma(n + 1), 0);
  near(density(all), 2 * Math.log(3) - lgamma(2) + lgamma(15) - 15 * Math.log(6.7) - facts);
  const each = () => {
    using _data = plate("data", 3);
    sample("x", new D.Poisson(sample("z", new D.Gamma(2, 3))), { obs: x });
  };
  near(density(each), sum(new D.GammaPoisson(2, 3).logProb(x)));
  const groups = () => {
    const z = sample("z", new D.Normal([0, 1], 2).toEvent(1));
    using _data = plate("data", 2);
    sample("x", new D.Normal(z, 1).toEvent(1), { obs: [[1, 2], [3, 4]] });
  };
  const pair = (a: number, b: number, m: number) =>
    logNormal((a + b) / Math.SQRT2, m * Math.SQRT2, 3) + logNormal((a - b) / Math.SQRT2, 0, 1);
  near(density(groups), pair(1, 3, 0) + pair(2, 4, 1));
});

Deno.test("masks leave data out; scales raise likelihoods to powers", () => {
  const seen = tf.tensor([true, false, true], [3], "bool");
  const model = (obs: number[], weight: (fn: () => void) => () => void) => () => {
    const z = sample("z", new D.Beta(1, 1));
    weight(() => {
      using _data = plate("data", obs.length);
      sample("x", new D.Bernoulli(z), { obs });
    })();
  };
  near(density(model([1, 0, 0], (fn) => mask(fn, seen))), Math.log(1 / 6));
  near(density(model([1, 0], (fn) => scale(fn, 2))), density(model([1, 0, 1, 0], (fn) => fn)));
});

Deno.test("compiled, gradients go to the prior's parameters, and wrong dependences are seen", async () => {
  const model = (a: Tensor) => () => {
    const z = sample("z", new D.Beta(a, 1));
    sample("other", new D.Normal(0.5, 1), { obs: 0.5 });
    using _data = plate("data", 3);
    sample("x", new D.Bernoulli(z), { obs: [1, 1, 0] });
  };
  const compiled = compile((a: Tensor) =>
    grad((b: Tensor) => logDensity(collapse(model(b), ["z"]), [], {}).logDensity)(a)
  );
  // d/da of log B(a + 2, 2) - log B(a, 1): a^2 (a + 1) / (a (a + 2) (a + 3) (a + 1) ... ) in closed form.
  const log = (a: number) =>
    Math.log(a) + Math.log(a + 1) + Math.log(a) - Math.log(a * (a + 1)) - Math.log((a + 2) * (a + 3)) +
    Math.log(a + 1) - Math.log(a + 1);
  near(number(await compiled(tf.scalar(2))), (log(2 + 1e-4) - log(2 - 1e-4)) / 2e-4, 1e-3);
  assert.throws(
    () => density(() => sample("z", new D.HalfNormal(1))),
    /found HalfNormal, expected Beta, Gamma/,
  );
  const wrong = (use: (z: Tensor) => unknown) =>
    compile(() =>
      logDensity(collapse(seed(() => use(sample("z", new D.Beta(1, 1))), random.key(0)), ["z"]), [], {})
        .logDensity
    )();
  await assert.rejects(
    wrong((z) => sample("x", new D.Normal(z, 1), { obs: 1 })),
    /"x" \(Normal\) depends on it/,
  );
  await assert.rejects(
    wrong((z) => sample("x", new D.Bernoulli(z))),
    /"x", which depends on it, is not observed/,
  );
  await assert.rejects(wrong((z) => sample("x", new D.Bernoulli(z.mul(0.5)), { obs: 1 })), /depends on it/);
});

Deno.test("chains of the rest have the posterior of the whole model", async () => {
  const counts = [2, 7, 3, 9],
    model = () => {
      const shape = sample("shape", new D.Gamma(4, 2));
      using _data = plate("data", 4);
      sample("x", new D.Poisson(deterministic("same", sample("z", new D.Gamma(shape, 0.5)))), {
        obs: counts,
      });
    };
  const run = trace(collapse(seed(model, random.key(0)), ["z"])).get();
  assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["shape"]);
  const mcmc = new MCMC(new NUTS(collapse(model, ["z"])), { numWarmup: 200, numSamples: 500 });
  const { samples } = await mcmc.run(random.key(1), [], { progress: false });
  // By quadrature over the shape of the negative binomials.
  const grid = Array.from({ length: 4000 }, (_, i) => (i + 0.5) * 0.004),
    logs = grid.map((a) =>
      3 * Math.log(a) - 2 * a + counts.reduce((s, n) => {
        for (let k = 0; k < n; k++) s += Math.log(a + k);
        return s + a * Math.log(0.5 / 1.5);
      }, 0)
    );
  const most = Math.max(...logs),
    weights = logs.map((l) => Math.exp(l - most)),
    total = weights.reduce((a, b) => a + b);
  const mean = weights.reduce((s, w, i) => s + w * grid[i], 0) / total;
  near(moments(samples.shape.data).mean, mean, 0.05);
  await mcmc.release();
});
