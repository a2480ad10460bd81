import assert from "node:assert/strict";
import { compile, grad } from "../../../lib/compile/mod.ts";
import { type Key, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import * as random from "../../../lib/tensor/random/mod.ts";

const samplers: Record<string, (key: Key, parameter: Tensor) => Tensor> = {
  uniform: (key, p) => random.uniform(key, [4, 3], { min: p.neg(), max: p }),
  normal: (key, p) => random.normal(key, [4, 3]).mul(p),
  bernoulli: (key, p) => random.bernoulli(key, p.div(10), [4, 3]).cast("float32"),
  categorical: (key, p) => random.categorical(key, p, [5]).cast("float32"),
  categoricalByProbs: (key, p) => random.categoricalByProbs(key, p, [5]).cast("float32"),
  exponential: (key, p) => random.exponential(key, [4, 3]).mul(p),
  gumbel: (key, p) => random.gumbel(key, [4, 3]).mul(p),
  laplace: (key, p) => random.laplace(key, [4, 3]).mul(p),
  cauchy: (key, p) => random.cauchy(key, [4, 3]).mul(p),
  gamma: (key, p) => random.gamma(key, p, [4, 3]),
  loggamma: (key, p) => random.loggamma(key, p),
  beta: (key, p) => random.beta(key, p, 2, [4, 3]),
  dirichlet: (key, p) => random.dirichlet(key, p, [5]),
  poisson: (key, p) => random.poisson(key, p.square(), [4, 3]).cast("float32"),
  truncatedNormal: (key, p) => random.truncatedNormal(key, p.neg(), 1, [4, 3]),
};

for (const [name, draw] of Object.entries(samplers)) {
  Deno.test(`${name}() compiled draws what it draws eagerly`, async () => {
    const parameter = tf.tensor1d([0.3, 1.5, 6]), key = random.key(17).foldIn(1);
    const compiled = compile(draw);
    const expected = draw(key, parameter), found = await compiled(key, parameter);
    assert.deepEqual(found.shape, expected.shape);
    const values = found.dataSync();
    expected.dataSync().forEach((e, i) => {
      assert.ok(Math.abs(values[i] - e) <= 2e-5 * Math.max(0.1, Math.abs(e)), `${values[i]} instead of ${e}`);
    });
    await compiled.release();
  });
}

Deno.test("gamma(), beta() and dirichlet() have pathwise derivatives, eager and compiled", async () => {
  const n = 20000, key = random.key(5), alpha = tf.tensor1d([0.5, 2]);
  // E z = alpha, so each derivative of the mean is 1.
  const gammaMean = (a: Tensor, k: Key): Tensor => random.gamma(k, a, [n, 2]).sum().div(n);
  const eager = grad(gammaMean)(alpha, key) as Tensor;
  eager.dataSync().forEach((slope) => assert.ok(Math.abs(slope - 1) < 0.05, `${slope}`));
  const compiled = compile((a: Tensor, k: Key) => grad(gammaMean)(a, k) as Tensor);
  (await compiled(alpha, key)).dataSync().forEach((slope, i) => {
    assert.ok(Math.abs(slope - eager.dataSync()[i]) < 1e-4);
  });
  await compiled.release();
  // E x = a / (a + b): derivatives b / (a + b)^2 and -a / (a + b)^2.
  const first = (p: Tensor, k: Key): Tensor =>
    random.beta(k, p.slice([0], [1]), p.slice([1], [1]), [n]).mean();
  const [da, db] = (grad(first)(alpha, key) as Tensor).dataSync();
  assert.ok(Math.abs(da - 2 / 6.25) < 0.01 && Math.abs(db + 0.5 / 6.25) < 0.01, `${da} ${db}`);
  const part = (p: Tensor, k: Key): Tensor => random.dirichlet(k, p, [n]).slice([0, 0], [n, 1]).mean();
  const [d0, d1] = (grad(part)(alpha, key) as Tensor).dataSync();
  assert.ok(Math.abs(d0 - 2 / 6.25) < 0.01 && Math.abs(d1 + 0.5 / 6.25) < 0.01, `${d0} ${d1}`);
});
