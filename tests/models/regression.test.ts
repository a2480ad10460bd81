import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, cosineDecay, SVI, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import {
  linearPosterior,
  linearPredictive,
  type LinearPriorOptions,
  networkRegression,
  withIntercept,
} from "../../lib/models/mod.ts";
import { linear, mlp } from "../../lib/nn/mod.ts";
import { seed, trace } from "../../lib/ppl/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

const array = (values: readonly number[], ...shape: number[]): HostArray => ({
  data: Float64Array.from(values),
  shape,
});

/** Posterior, and log density of one more target, in float64, for any number of rows. */
const regress = compile(
  (x: Tensor, y: Tensor, prior: Record<string, Tensor>, at: Tensor, target: Tensor) => {
    const posterior = linearPosterior(x, y, prior as LinearPriorOptions);
    const predictive = linearPredictive(posterior, at);
    return { ...posterior, density: predictive.logProb(target), df: predictive.df };
  },
  { dtype: "float64", engine: "js", axes: [["n", null], ["n"], null, null, null] },
);

Deno.test("linearPosterior() is the solution of the normal equations, and its evidence multiplies predictive densities", async () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true }),
    positive = fc.double({ min: 0.1, max: 5, noNaN: true });
  const rows = fc.array(fc.tuple(number, number, number), { minLength: 3, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(rows, positive, positive, positive, async (data, precision, concentration, rate) => {
      const prior = {
        precision: array([precision, 2 * precision], 2),
        concentration: array([concentration]),
        rate: array([rate]),
      };
      const from = (some: typeof data) =>
        [
          array(some.flatMap(([a, b]) => [a, b]), some.length, 2),
          array(some.map(([, , y]) => y), some.length),
        ] as const;
      const [a, b, target] = data.at(-1)!, scalar = (p: HostArray) => ({ ...p, shape: [] });
      const given = { ...prior, concentration: scalar(prior.concentration), rate: scalar(prior.rate) };
      const at = array([a, b], 1, 2), y = array([target], 1);
      const before = await regress.arrays(...from(data.slice(0, -1)), given, at, y);
      const after = await regress.arrays(...from(data), given, at, y);
      const [w0, w1] = after.loc.data;
      for (const k of [0, 1]) {
        const gradient = data.reduce((sum, row) => sum + row[k] * (row[2] - row[0] * w0 - row[1] * w1), 0);
        near(gradient, [precision * w0, 2 * precision * w1][k], 1e-9);
      }
      const gained = after.logEvidence.data[0] - before.logEvidence.data[0] - Math.log(2 * Math.PI) / 2;
      near(before.density.data[0], gained, 1e-9);
    }),
    { numRuns: 30 },
  );
});

Deno.test("a flat prior gives least squares with the classical intervals", async () => {
  // R: summary(lm(y ~ x)) of these four points; predict(..., newdata = 5, interval = "prediction").
  const x = array([1, 1, 1, 2, 1, 3, 1, 4], 4, 2),
    y = array([1, 3, 2, 5], 4),
    scalar = (v: number) => array([v]);
  const flat = {
    precision: { ...scalar(0), shape: [] },
    concentration: { ...scalar(-1), shape: [] },
    rate: { ...scalar(0), shape: [] },
  };
  const found = await regress.arrays(x, y, flat, array([1, 5], 1, 2), array([5.5], 1));
  near(found.loc.data[0], 0, 1e-12);
  near(found.loc.data[1], 1.1, 1e-12);
  assert.equal(found.df.data[0], 2);
  // The residual variance with n - 2 in the denominator.
  near(found.rate.data[0] / found.concentration.data[0], 2.7 / 2, 1e-12);
});

Deno.test("linearPosterior() rejects shapes that do not fit", () => {
  const x = tf.ones([4, 2]), y = tf.ones([4]);
  const wrong: [() => unknown, string][] = [
    [() => linearPosterior(tf.ones([4]), y), "the inputs have shape [4], expected [n, inputs]"],
    [
      () => linearPosterior(x, tf.ones([3])),
      "the targets have shape [3], expected [4], one for each row of inputs",
    ],
    [
      () => linearPosterior(x, y, { precision: [1, 2, 3] as unknown as number }),
      "the precision has shape [3], expected a number or [2]",
    ],
    [
      () => linearPosterior(x, y, { penalty: 1 } as LinearPriorOptions),
      'there is no option "penalty"; the options are precision, concentration, rate',
    ],
  ];
  for (const [run, why] of wrong) assert.throws(run, { message: `Cannot regress: ${why}` });
  assert.deepEqual(withIntercept(tf.tensor([[2], [3]])).arraySync(), [[1, 2], [1, 3]]);
});

Deno.test("networkRegression() of one linear layer finds the posterior in closed form", async () => {
  // Orthogonal inputs, so that a mean field is the posterior itself; noise of known size.
  const x = tf.tensor([[1, 1], [1, -1], [-1, 1], [-1, -1], [1, 1], [1, -1]]).slice([0, 0], [4, 2]) as Tensor;
  const y = tf.tensor([1.5, 0.2, 0.1, -1.1]), noise = 0.5;
  const { model } = networkRegression(linear(2, 1, { bias: false }), { noise });
  const optimiser = adam({ lr: cosineDecay({ init: 0.05, steps: 5000 }) });
  const svi = new SVI(model, new AutoNormal(model), optimiser, new TraceMeanFieldELBO(), { engine: "js" });
  const { params } = await svi.run(random.key(0), 5000, [x, y], { progress: false });
  await svi.release();
  const { loc, factor } = linearPosterior(x, y, { precision: noise ** 2 });
  const means = params["net.weight_auto_loc"].dataSync(), sds = params["net.weight_auto_scale"].dataSync();
  for (const k of [0, 1]) {
    near(means[k], loc.dataSync()[k], 0.02);
    near(sds[k], noise / factor.arraySync()[k as never][k], 0.02);
  }
});

Deno.test("networkRegression() takes part of the data in a step, and predicts all that is asked for", () => {
  const { model, likelihood } = networkRegression(mlp([2, 3, 1]), { batchSize: 4, noise: 1 });
  const x = tf.ones([10, 2]), y = tf.zeros([10]);
  const run = trace(seed(model, random.key(0))).get(x, y);
  assert.deepEqual(run.sampleSite("y").value.shape, [4]);
  assert.equal(run.sampleSite("y").scale, 2.5);
  assert.deepEqual(trace(seed(model, random.key(0))).get(x).sampleSite("y").value.shape, [10]);
  const plain = trace(seed(likelihood, random.key(0))).get(x, y);
  assert.deepEqual(plain.stochasticSites.map(({ name }) => name), []);
  assert.equal(plain.paramSites.length, 4);
});

Deno.test("networkRegression() says what does not fit", () => {
  const x = tf.ones([5, 2]),
    y = tf.zeros([5]),
    run = (model: (x: Tensor, y?: Tensor) => Tensor) => trace(seed(model, random.key(0))).get(x, y);
  assert.throws(() => networkRegression(mlp([2, 1]), { noise: 0 }), {
    message: "Cannot make a network regression: the noise is 0, expected a positive number or a distribution",
  });
  assert.throws(
    () => run(networkRegression(mlp([2, 3])).model),
    /^Error: Cannot regress: the network's output has shape \[5, 3\], expected \[5, 1\]: one number for each row/,
  );
  assert.throws(() => run(networkRegression(mlp([2, 1]), { batchSize: 6 }).model), /"data".*6/s);
  const prior = { "layers[0].weight": new Normal(tf.zeros([2, 2]), 1) };
  assert.throws(() => run(networkRegression(mlp([2, 1]), { prior }).model), /net\.layers\[0\]\.weight/);
});
