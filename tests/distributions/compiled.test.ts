import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import * as dist from "../../lib/distributions/mod.ts";
import { type Key, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { key } from "../../lib/tensor/random/mod.ts";

type Make = (...parameters: Tensor[]) => dist.Distribution;
const transformed = (transform: dist.Transform): Make => (loc, scale) =>
  new dist.TransformedDistribution(new dist.Normal(loc, scale), transform);

/** A family, its parameters, and a value. */
const families: Record<string, [Make, any[], any]> = {
  Normal: [(a, b) => new dist.Normal(a, b), [[0.3, 1], [1, 2]], [0.1, 0.4]],
  LogNormal: [(a, b) => new dist.LogNormal(a, b), [[0.3, 1], [1, 2]], [0.1, 0.4]],
  HalfNormal: [(a) => new dist.HalfNormal(a), [[0.3, 1]], [0.1, 0.4]],
  HalfCauchy: [(a) => new dist.HalfCauchy(a), [[0.3, 1]], [0.1, 0.4]],
  Cauchy: [(a, b) => new dist.Cauchy(a, b), [[0.3, 1], [1, 2]], [0.1, 0.4]],
  Uniform: [(a, b) => new dist.Uniform(a, b), [[0.3, 1], [1, 2]], [0.5, 1.4]],
  Exponential: [(a) => new dist.Exponential(a), [[0.3, 1]], [0.1, 0.4]],
  Gamma: [(a, b) => new dist.Gamma(a, b), [[0.3, 5], [1, 2]], [0.1, 0.4]],
  Beta: [(a, b) => new dist.Beta(a, b), [[0.3, 5], [1, 2]], [0.1, 0.4]],
  Dirichlet: [(a) => new dist.Dirichlet(a), [[0.3, 5, 2]], [0.1, 0.4, 0.5]],
  Bernoulli: [(a) => new dist.Bernoulli(a), [[0.3, 0.5]], [0, 1]],
  "Bernoulli by logits": [(a) => new dist.Bernoulli({ logits: a }), [[0, 5]], [0, 1]],
  Categorical: [(a) => new dist.Categorical({ logits: a }), [[[0.3, 0.5], [1, 2]]], [0, 1]],
  OneHotCategorical: [(a) => new dist.OneHotCategorical({ logits: a }), [[[0.3, 0.5], [1, 2]]], [[0, 1], [
    1,
    0,
  ]]],
  Poisson: [(a) => new dist.Poisson(a), [[0.7, 12]], [0, 15]],
  StudentT: [(a, b, c) => new dist.StudentT(a, b, c), [[3, 5], [0, 1], [1, 2]], [0, 1]],
  Laplace: [(a, b) => new dist.Laplace(a, b), [[0, 1], [1, 2]], [0.5, 3]],
  MultivariateNormal: [
    (loc, scaleTril) => new dist.MultivariateNormal(loc, { scaleTril }),
    [[0, 1], [[1, 0], [0.5, 2]]],
    [0.5, 3],
  ],
  StickBreaking: [transformed(new dist.StickBreakingTransform()), [[0, 1], [1, 2]], [0.5, 0.3, 0.2]],
  Ordered: [transformed(new dist.OrderedTransform()), [[0, 1], [1, 2]], [0.5, 1.3]],
  CorrCholesky: [transformed(new dist.CorrCholeskyTransform()), [[0], [1]], [[1, 0], [0.6, 0.8]]],
};

for (const [name, [make, parameters, value]] of Object.entries(families)) {
  Deno.test(`${name}: the compiled log density and its gradient agree with the eager one and its differences`, async () => {
    const score = (x: Tensor, ...given: Tensor[]): Tensor => make(...given).logProb(x).sum();
    const tensors = parameters.map((p) => tf.tensor(p) as Tensor), x = tf.tensor(value) as Tensor;
    const argnums = parameters.map((_, i) => i + 1);
    const step = compile(valueAndGrad(score, { argnums }), { dtype: "float64" });
    const { value: compiled, grad } = await step(x, ...tensors);
    await step.release();
    const eager = score(x, ...tensors).dataSync()[0];
    assert.ok(Math.abs(compiled.dataSync()[0] - eager) <= 1e-5 * Math.max(1, Math.abs(eager)));
    // Steps leave the constraints of some parameters (a matrix's upper triangle), which changes
    // nothing here.
    dist.setValidation(false);
    try {
      tensors.forEach((p, k) => {
        const flat = [...p.dataSync()], found = grad[k].dataSync();
        flat.forEach((_, i) => {
          const at = (h: number) => {
            const moved = tf.tensor(flat.map((v, j) => j === i ? v + h : v), p.shape) as Tensor;
            return score(x, ...tensors.map((t, j) => j === k ? moved : t)).dataSync()[0];
          };
          const numeric = (at(1e-2) - at(-1e-2)) / 2e-2;
          const error = Math.abs(found[i] - numeric);
          assert.ok(
            error <= 2e-2 * Math.max(1, Math.abs(numeric)),
            `parameter ${k}[${i}]: ${found[i]}, not ${numeric}`,
          );
        });
      });
    } finally {
      dist.setValidation(true);
    }
  });
}

/** The largest difference, relative above 1. */
function difference(a: Tensor, b: Tensor): number {
  assert.deepEqual(a.shape, b.shape);
  const other = b.dataSync();
  return Math.max(...Array.from(a.dataSync(), (v, i) => Math.abs(v - other[i]) / Math.max(1, Math.abs(v))));
}

Deno.test("compiled draws and their log densities are those of the eager key", async () => {
  for (const [name, [make, parameters]] of Object.entries(families)) {
    const draw = (k: Key): [Tensor, Tensor] => {
      const d = make(...parameters.map((p) => tf.tensor(p) as Tensor)), x = d.sample(k, [3]);
      return [x, d.logProb(x)];
    };
    const step = compile(draw), compiled = await step(key(3)), eager = draw(key(3));
    await step.release();
    eager.forEach((t, i) =>
      assert.ok(difference(t, compiled[i]) < 1e-4, `${name}, ${i === 0 ? "draws" : "densities"}`)
    );
  }
});

Deno.test("one graph serves every length of a named batch axis", async () => {
  const table: [string, (x: Tensor) => Tensor, any[]][] = [
    ["Normal", (x) => new dist.Normal(0, 1).expand(x.shape).toEvent(1).logProb(x), [[0.1, 2, 3], [0.1]]],
    ["Gamma", (x) => new dist.Gamma(x, x).logProb(x), [[0.5, 1, 2], [0.2, 3]]],
    [
      "MultivariateNormal",
      (x) => new dist.MultivariateNormal([1, 2], { scaleTril: [[1, 0], [1, 2]] }).logProb(x),
      [
        [[0.5, 0.5], [0.2, 0.8], [0.3, 0.7]],
        [[0.1, 0.9]],
      ],
    ],
    ["Categorical", (x) => new dist.Categorical({ logits: x }).logProb(tf.scalar(1)), [[[1, 2], [3, 4]], [[
      5,
      1,
    ]]]],
  ];
  for (const [name, f, inputs] of table) {
    const names = (tf.tensor(inputs[0]) as Tensor).shape.map((_, axis) => axis === 0 ? "n" : null);
    const compiled = compile(f, { axes: [names] });
    for (const input of inputs) {
      const x = tf.tensor(input) as Tensor;
      assert.ok(difference(f(x), await compiled(x)) < 1e-5, name);
    }
    await compiled.release();
  }
});

Deno.test("validation names what is known while tracing", async () => {
  const x = tf.tensor1d([1, NaN]) as Tensor;
  await assert.rejects(async () => await compile((v: Tensor) => new dist.Normal(0, -1).logProb(v))(x), {
    message:
      /^Cannot make Normal: scale has -1, which is not in the constraint positive \(at compiled\.test\.ts:\d+:\d+\)$/,
  });
  await assert.rejects(async () => await compile((v: Tensor) => new dist.Normal(0, 1).logProb(v))(x), {
    message:
      /^Cannot score Normal: value has NaN at \[1\]; expected values in the support, real \(at compiled\.test\.ts:\d+:\d+\)$/,
  });
});
