import assert from "node:assert/strict";
import { grad } from "../../lib/compile/mod.ts";
import { type ActivationName, activations, denseNN, mlp, zeros } from "../../lib/nn/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { agrees, near, reference } from "./reference.ts";

const { x, functions } = reference.activations;

for (const name of Object.keys(activations) as ActivationName[]) {
  Deno.test(`${name}() and its derivative agree with PyTorch`, async () => {
    await agrees(
      (v: Tensor) => ({
        y: activations[name](v),
        dy: grad((u: Tensor) => activations[name](u).sum())(v),
      }),
      [{ data: Float64Array.from(x), shape: [x.length] }],
      functions[name],
    );
  });

  Deno.test(`${name}() has finite derivatives far out, and passes NaN on`, () => {
    const far = tf.tensor1d([-1e4, 1e4]) as Tensor;
    const slope = grad((u: Tensor) => activations[name](u).sum())(far).dataSync();
    assert.ok(slope.every(Number.isFinite), `${slope}`);
    assert.ok(Number.isNaN(activations[name](tf.scalar(NaN)).dataSync()[0]));
  });
}

Deno.test("mlp() applies its layers one after the other", () => {
  const net = mlp([2, 3, 1], { activation: "tanh", outputActivation: (v) => v.mul(10), biasInit: zeros });
  const params = net.init(random.key(1)), input = tf.tensor2d([[1, -2]]);
  const [first, second] = params.layers;
  assert.deepEqual([...first.bias!.dataSync()], [0, 0, 0]);
  const expected = input.matMul(first.weight, false, true).tanh().matMul(second.weight, false, true).mul(10);
  near("result", { data: net.apply(params, input).dataSync(), shape: [1, 1] }, expected.arraySync(), 1e-6);
  assert.notDeepEqual([...first.weight.dataSync()].slice(0, 3), [...second.weight.dataSync()]);
});

Deno.test("mlp() has PyTorch's names and layouts", () => {
  const params = mlp([2, 3, 4]).init(random.key(0));
  assert.deepEqual(params.layers.map((l) => [l.weight.shape, l.bias!.shape]), [[[3, 2], [3]], [[4, 3], [4]]]);
  assert.equal("bias" in mlp([2, 3], { bias: false }).init(random.key(0)).layers[0], false);
});

Deno.test("denseNN() gives results of the sizes asked for, in order", () => {
  const net = denseNN(2, [4], { paramDims: [1, 3] }),
    params = net.init(random.key(0)),
    input = tf.ones([5, 2]);
  const results = net.apply(params, input);
  assert.deepEqual(results.map((r) => r.shape), [[5, 1], [5, 3]]);
  const all = mlp([2, 4, 4]).apply(params, input);
  assert.deepEqual(tf.concat(results, 1).arraySync(), all.arraySync());
});

Deno.test("mlp() and denseNN() throw on sizes and activations that do not fit", () => {
  const table: [() => unknown, string][] = [
    [() => mlp([3]), "Cannot make mlp: sizes is [3], expected those of inputs and outputs"],
    [() => mlp([3, 0]), "Cannot make mlp: sizes[1] is 0, expected a positive integer"],
    [
      () => mlp([3, 1], { activation: "toString" as "relu" }),
      'Unknown activation "toString": expected a function or one of relu, tanh, sigmoid, softplus, elu, gelu, silu, ' +
      "leakyRelu, identity",
    ],
    [() => denseNN(1.5, []), "Cannot make denseNN: inputDim is 1.5, expected a positive integer"],
    [() => denseNN(1, [NaN]), "Cannot make denseNN: hiddenDims[0] is NaN, expected a positive integer"],
    [() => denseNN(1, [2], { paramDims: [] }), "Cannot make denseNN: paramDims is [], expected a result"],
    [
      () => denseNN(1, [2], { paramDims: [0] }),
      "Cannot make denseNN: paramDims[0] is 0, expected a positive integer",
    ],
    [
      () => mlp([3, 1]).apply(mlp([3, 1]).init(random.key(0)), tf.ones([2, 4])),
      "Cannot apply a linear layer: the input has shape [2,4], expected 3 on its last axis",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});
