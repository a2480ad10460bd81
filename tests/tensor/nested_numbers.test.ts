import assert from "node:assert/strict";
import { Categorical, Normal } from "../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

const numbers = (tensor: Tensor) => [...tensor.dataSync()];
const message = (found: string) => ({ message: `Cannot make a tensor of nested lists: ${found}` });

Deno.test("nested lists that tfjs would take for other numbers in silence are refused", () => {
  const two = tf.scalar(2);
  const cases: [values: any, found: string][] = [
    [[1, two], "found a tensor of shape [] at [1], expected a number; tf.stack joins tensors"],
    [[[1, 2], [3]], "found a list of 1 at [1], expected a list of 2"],
    [[[1, 2], 3], "found 3 at [1], expected a list of 2"],
    [[1, [2]], "found a list of 1 at [1], expected a number"],
    [
      [[1, 2], tf.zeros([2])],
      "found a tensor of shape [2] at [1], expected a list of 2; tf.stack joins tensors",
    ],
    [[1, null], "found null at [1], expected a number; NaN and a mask stand for what is missing"],
    [
      [[1], [undefined]],
      "found undefined at [1, 0], expected a number; NaN and a mask stand for what is missing",
    ],
    [[1, {}], "found an object of class Object at [1], expected a number"],
  ];
  for (const [values, found] of cases) {
    assert.throws(() => tf.tensor(values), message(found));
    assert.throws(() => new Normal(values, 1), message(found));
  }
  assert.throws(() => tf.tensor1d([1, two] as any), message(cases[0][1]));
  assert.throws(() => tf.tensor2d([[1, 2], [3]]), message(cases[1][1]));
});

Deno.test("lists of every depth, and typed arrays of every kind, become tensors", () => {
  assert.deepEqual(tf.tensor([[[1], [2]], [[3], [4]]]).shape, [2, 2, 1]);
  assert.deepEqual(numbers(tf.tensor2d([[1, 2], [3, 4]])), [1, 2, 3, 4]);
  assert.deepEqual(tf.tensor([Float32Array.of(1, 2), Float32Array.of(3, 4)] as any).shape, [2, 2]);
  assert.deepEqual([tf.tensor([]).shape, tf.tensor([[], []]).shape], [[0], [2, 0]]);
  assert.deepEqual(tf.tensor(["a", "b"]).dtype, "string");
  for (const typed of [Float64Array, Int8Array, Uint16Array, Int32Array, Float32Array, Uint32Array]) {
    assert.deepEqual(numbers(tf.tensor(typed.of(1, 2) as any)), [1, 2]);
    assert.deepEqual(numbers(new Normal(typed.of(1, 2) as any, 1).loc), [1, 2]);
  }
  assert.deepEqual(numbers(new Normal(BigInt64Array.of(3n) as any, 1).loc), [3]);
  assert.deepEqual(new Categorical(Float64Array.of(0.25, 0.75)).batchShape, []);
});
