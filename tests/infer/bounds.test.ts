import assert from "node:assert/strict";
import * as dist from "../../lib/distributions/mod.ts";
import {
  adam,
  type AutoContinuous,
  AutoDelta,
  AutoDiagonalNormal,
  AutoLaplace,
  AutoMultivariateNormal,
  AutoNormal,
  initToMean,
  initToMedian,
  Predictive,
  SVI,
  SVIEnsemble,
} from "../../lib/infer/mod.ts";
import { param, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const { constraints, Normal, Uniform } = dist;
const close = (found: ArrayLike<number>, expected: number[], tolerance: number) =>
  expected.forEach((e, i) => assert.ok(Math.abs(found[i] - e) <= tolerance, `${found[i]}, not ${e}`));

const low = tf.tensor1d([0, 0]), high = tf.tensor1d([1, 2]);
/** Where bounds come from, as functions of an argument. */
const origins: Record<string, (x: Tensor) => [dist.Constraint, dist.Distribution]> = {
  arrays: () => [constraints.interval([0, 0], [1, 2]), new Uniform([0, 0], [1, 2])],
  "tensors made before": () => [constraints.interval(low, high), new Uniform(low, high)],
  "tensors made in the model": () => [
    constraints.interval(tf.zeros([2]), tf.tensor1d([1, 2])),
    new Uniform(tf.zeros([2]), tf.tensor1d([1, 2])),
  ],
  "an argument": (x) => [constraints.interval(0, x), new Uniform(0, x)],
  "what is computed from an argument": (x) => [
    constraints.interval(x.sub(x), x.mul(2).div(2)),
    new Uniform(x.sub(x), x.mul(2).div(2)),
  ],
  "a shifted prior": () => [
    constraints.interval([0, 0], [1, 2]),
    new dist.TransformedDistribution(new Uniform([-1, -1], 0), new dist.AffineTransform([1, 2], [1, 2])),
  ],
  "a mirrored prior by tensors": () => [
    constraints.interval(low, high),
    new dist.TransformedDistribution(new dist.Beta(1, [1, 1]), new dist.AffineTransform(high, high.neg())),
  ],
};
const args = [high];

for (const [origin, make] of Object.entries(origins)) {
  Deno.test(`a parameter keeps to bounds by element from ${origin}, in training and in what is read of it`, async () => {
    const model = (x: Tensor) => {
      const p = param("p", [0.5, 0.5], { constraint: make(x)[0] });
      // Bounds of another parameter of the same kind are its own.
      const q = param("q", [0.5, 0.5], { constraint: constraints.interval([0, 0], [3, 1]) });
      sample("x", new Normal(p, 1).toEvent(1), { obs: [0.3, 1.5] });
      sample("y", new Normal(q, 1).toEvent(1), { obs: [2.5, 0.25] });
    };
    const svi = new SVI(model, () => {}, adam({ lr: 0.05 }));
    const { params, state } = await svi.run(random.key(0), 400, args);
    close(params.p.dataSync(), [0.3, 1.5], 1e-2);
    close(params.q.dataSync(), [2.5, 0.25], 1e-2);
    assert.deepEqual(svi.getParams(state).p.dataSync(), params.p.dataSync());
    await svi.release();
  });

  for (
    const Guide of [
      AutoNormal,
      AutoDelta,
      AutoDiagonalNormal,
      AutoMultivariateNormal,
      AutoLaplace,
    ]
  ) {
    Deno.test(`${Guide.name} takes a site whose bounds come from ${origin}`, async () => {
      const model = (x: Tensor) => {
        const s = sample("s", make(x)[1].toEvent(1));
        sample("y", new Normal(s, 0.1).toEvent(1), { obs: [0.3, 1.5] });
      };
      const guide = new Guide(model), svi = new SVI(model, guide, adam({ lr: 0.02 }));
      const { params } = await svi.run(random.key(0), 600, args);
      await svi.release();
      // Of what is computed in the run, its arguments are asked for.
      if (/argument|by tensors/.test(origin)) guide.setup(...args);
      close(guide.median(params).s.dataSync(), [0.3, 1.5], 0.04);
      const draws = guide.sampleLatent(random.key(1), params, [50]).s.arraySync() as number[][];
      assert.ok(draws.every(([a, b]) => a >= 0 && a <= 1 && b >= 0 && b <= 2));
      if (guide instanceof AutoNormal) {
        const levels = (guide as AutoContinuous).quantiles(params, [0.05, 0.95]).s.arraySync() as number[][];
        close(levels[0], [0.14, 1.34], 0.06), close(levels[1], [0.46, 1.66], 0.06);
      }
      const predictive = new Predictive(model, { guide, params, numSamples: 20 });
      const { s } = await predictive(random.key(2), high);
      const found = (s as Tensor).arraySync() as number[][];
      assert.ok(found.every(([a, b]) => a >= 0 && a <= 1 && b >= 0 && b <= 2));
    });
  }
}

Deno.test("members of an ensemble keep to bounds that are tensors", async () => {
  const model = (x: Tensor) => {
    const p = param("p", (key) => random.uniform(key, [2]), { constraint: constraints.interval(0, x) });
    sample("x", new Normal(p, 1).toEvent(1), { obs: [0.3, 1.5] });
  };
  const ensemble = new SVIEnsemble(model, () => {}, adam({ lr: 0.05 }), undefined, { members: 3 });
  const { params } = await ensemble.run(random.key(0), 400, args);
  assert.deepEqual(params.p.shape, [3, 2]);
  close(params.p.dataSync(), [0.3, 1.5, 0.3, 1.5, 0.3, 1.5], 2e-2);
  await ensemble.release();
});

Deno.test("the bound of a parameter may be another parameter", async () => {
  const model = () => {
    const a = param("a", 1), b = param("b", 3, { constraint: constraints.greaterThan(a) });
    sample("x", new Normal(a, 1), { obs: 2 });
    sample("y", new Normal(b, 1), { obs: 4 });
  };
  const { params } = await new SVI(model, () => {}, adam({ lr: 0.05 })).run(random.key(0), 600, []);
  close([...params.a.dataSync(), ...params.b.dataSync()], [2, 4], 2e-2);
});

Deno.test("a support that depends on another site is told apart from one that does not", async () => {
  const model = () => {
    const s = sample("s", new Normal(0, 1)), t = sample("t", new Uniform(s, s.add(10)));
    sample("y", new Normal(t, 1), { obs: 4 });
  };
  const guide = new AutoNormal(model), svi = new SVI(model, guide, adam({ lr: 1e-3 }));
  const { params } = await svi.run(random.key(0), 3, []);
  const message = (error: Error) =>
    error.message.includes('site "t"') && error.message.includes("depends on other sites");
  assert.throws(() => guide.median(params), message);
  assert.throws(() => guide.setup().median(params), message);
  await svi.release();
});

const priors: Record<string, () => dist.Distribution> = {
  "Cauchy": () => new dist.Cauchy(0, 1),
  "StudentT(1)": () => new dist.StudentT(1, 0, 1),
  "HalfCauchy": () => new dist.HalfCauchy(1),
  "a batch of StudentT, one of which has a mean": () => new dist.StudentT([3, 0.5], 2, 1),
  "LogNormal whose mean overflows": () => new dist.LogNormal(0, 20),
  "StudentT whose draws overflow": () => new dist.StudentT(1e-3, 0, 1),
};
for (const [name, prior] of Object.entries(priors)) {
  for (const [rule, strategy] of Object.entries({ initToMean, initToMedian })) {
    Deno.test(`${rule} starts ${name} at a finite value`, async () => {
      const model = () => {
        const d = prior(), s = sample("s", d.toEvent());
        sample("y", new Normal(s, 1).toEvent(), { obs: tf.fill(d.batchShape, 0.3) as Tensor });
      };
      const guide = new AutoDelta(model, { initStrategy: strategy() });
      const svi = new SVI(model, guide, adam({ lr: 0 }));
      const { params } = await svi.run(random.key(0), 1, []);
      const first = guide.median(params).s.dataSync();
      assert.ok([...first].every(Number.isFinite), `${first}`);
      if (rule === "initToMean" && name.startsWith("a batch")) assert.ok(Math.abs(first[0] - 2) < 1e-5);
      await svi.release();
    });
  }
}
