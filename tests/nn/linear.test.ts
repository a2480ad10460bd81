import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const values = (t: Tensor): number[] => [...t.dataSync()];
const spread = (t: Tensor): { mean: number; variance: number; largest: number } => {
  const x = values(t), mean = x.reduce((a, b) => a + b) / x.length;
  return {
    mean,
    variance: x.reduce((s, v) => s + (v - mean) ** 2, 0) / x.length,
    largest: Math.max(...x.map(Math.abs)),
  };
};

Deno.test("linear() is x W' + b on the last axis, whatever axes are before it", () => {
  const layer = nn.linear(2, 3), weight = tf.tensor([[1, 2], [3, 4], [5, 6]]), bias = tf.tensor([10, 20, 30]);
  const params = { weight, bias };
  assert.deepEqual(values(layer.apply(params, tf.tensor([[1, -1]]))), [9, 19, 29]);
  assert.deepEqual(layer.apply(params, tf.ones([4, 5, 2])).shape, [4, 5, 3]);
  assert.deepEqual(values(layer.apply(params, tf.tensor([1, -1]))), [9, 19, 29]);
  assert.deepEqual(values(nn.linear(2, 3, { bias: false }).apply({ weight }, tf.tensor([[1, 1]]))), [
    3,
    7,
    11,
  ]);
});

Deno.test("linear() starts as PyTorch's: weights and biases uniform on plus or minus 1 / sqrt(in)", () => {
  const { weight, bias } = nn.linear(100, 200).init(random.key(0));
  assert.deepEqual([weight.shape, bias!.shape], [[200, 100], [200]]);
  const { mean, variance, largest } = spread(weight);
  assert.ok(
    Math.abs(mean) < 2e-3 && Math.abs(variance - 0.01 / 3) < 1e-4 && largest <= 0.1 && largest > 0.099,
  );
  assert.ok(spread(bias!).largest <= 0.1);
});

const variances: [string, nn.Initialiser, number][] = [
  ["uniform", nn.uniform(0.3), 0.03],
  ["normal", nn.normal(0.2), 0.04],
  ["xavierUniform", nn.xavierUniform, 2 / 300],
  ["xavierNormal", nn.xavierNormal, 2 / 300],
  ["kaimingUniform", nn.kaimingUniform, 2 / 200],
  ["kaimingNormal", nn.kaimingNormal, 2 / 200],
  ["uniformFanIn", nn.uniformFanIn, 1 / 600],
];
for (const [name, init, expected] of variances) {
  Deno.test(`${name} has its variance`, () => {
    const { mean, variance } = spread(init(random.key(1), [100, 200]));
    assert.ok(Math.abs(mean) < 0.02 * Math.sqrt(expected) && Math.abs(variance / expected - 1) < 0.05);
  });
}

Deno.test("orthogonal() has orthonormal rows or columns, whichever are fewer", () => {
  for (const shape of [[4, 9], [9, 4], [6, 6]]) {
    const w = nn.orthogonal(2)(random.key(2), shape), wide = shape[0] <= shape[1];
    const gram = tf.matMul(w, w, !wide, wide), n = Math.min(...shape);
    const error = tf.max(tf.abs(gram.sub(tf.eye(n).mul(4)))).dataSync()[0];
    assert.deepEqual(w.shape, shape);
    assert.ok(error < 1e-4, String(error));
  }
});

Deno.test("zeros, ones and identity are what they are called", () => {
  const key = random.key(0);
  assert.deepEqual(values(nn.zeros(key, [2])), [0, 0]);
  assert.deepEqual(values(nn.ones(key, [2])), [1, 1]);
  assert.deepEqual(values(nn.identity(key, [2, 3])), [1, 0, 0, 0, 1, 0]);
});

const wrong: [string, () => unknown, string][] = [
  ["no inputs", () => nn.linear(0, 2), "Cannot make linear: inFeatures is 0, expected a positive integer"],
  [
    "half an output",
    () => nn.linear(2, 1.5),
    "Cannot make linear: outFeatures is 1.5, expected a positive integer",
  ],
  [
    "another last axis",
    () => nn.linear(2, 3).apply(nn.linear(2, 3).init(random.key(0)), tf.ones([4, 5])),
    "Cannot apply a linear layer: the input has shape [4,5], expected 2 on its last axis",
  ],
  [
    "a weight without axes",
    () => nn.xavierUniform(random.key(0), [3]),
    "Cannot initialise with xavierUniform: the weight has shape [3], expected [out, in]",
  ],
  [
    "an identity of three axes",
    () => nn.identity(random.key(0), [2, 2, 2]),
    "Cannot initialise with identity: the weight has shape [2,2,2], expected two axes",
  ],
];
for (const [what, run, message] of wrong) {
  Deno.test(`linear() and its initialisers throw on ${what}`, () => assert.throws(run, { message }));
}
