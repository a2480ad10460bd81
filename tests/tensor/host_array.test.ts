import assert from "node:assert/strict";
import { dtypeOf, tf, toHostArray, toTensor } from "../../lib/tensor/mod.ts";

Deno.test("toHostArray() gives the element type of the tensor's dtype, also of a cast that left the array as it was", () => {
  const on = tf.tensor([true, false], [2], "bool");
  assert.ok(toHostArray(on).data instanceof Uint8Array);
  assert.ok(toHostArray(on.cast("float32")).data instanceof Float32Array);
  assert.ok(toHostArray(tf.tensor([1, 2], [2], "int32")).data instanceof Int32Array);
  assert.deepEqual(toHostArray(toTensor({ data: Uint8Array.of(1, 0), shape: [2, 1] })), {
    data: Uint8Array.of(1, 0),
    shape: [2, 1],
  });
});

Deno.test("toHostArray() copies", () => {
  const tensor = tf.tensor([1, 2]), { data } = toHostArray(tensor);
  data[0] = 7;
  assert.deepEqual([...tensor.dataSync()], [1, 2]);
});

Deno.test("dtypeOf() names the element type of an array", () => {
  const kinds = [Float32Array, Float64Array, Int32Array, Uint8Array];
  assert.deepEqual(kinds.map((Kind) => dtypeOf({ data: new Kind(2), shape: [2] })), [
    "float32",
    "float64",
    "int32",
    "bool",
  ]);
});
