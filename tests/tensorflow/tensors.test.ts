import assert from "node:assert/strict";
import {
  bytesOf,
  type Context,
  context,
  copyToDevice,
  describeTensor,
  type DType,
  execute,
  Operation,
  readTensor,
  readTensorInto,
  tensorFrom,
} from "../../lib/tensorflow/mod.ts";
import { isProvisioned } from "./provisioned.ts";

/** A test that needs the library, and leaves no tensor behind. */
const test = (name: string, body: (c: Context) => void | Promise<void>): void =>
  Deno.test({
    name: `tensorflow: ${name}`,
    ignore: !isProvisioned,
    fn: async () => {
      const c = context(), before = c.handles.size;
      await body(c);
      assert.equal(c.handles.size, before, "a tensor was left behind");
    },
  });

const decode = (data: unknown): string[] =>
  (data as Uint8Array[]).map((bytes) => new TextDecoder().decode(bytes));

const arrays: [DType, ArrayBufferView<ArrayBuffer>][] = [
  ["float32", Float32Array.of(1.5, -2, NaN)],
  ["float64", Float64Array.of(Math.PI, -2, Infinity)],
  ["int32", Int32Array.of(1, -2, 3)],
  ["uint8", Uint8Array.of(1, 2, 255)],
  ["int16", Int16Array.of(1, -2, 3)],
  ["int8", Int8Array.of(1, -2, 3)],
  ["int64", BigInt64Array.of(1n, -2n, 2n ** 60n)],
  ["bool", Uint8Array.of(1, 0, 1)],
  ["uint16", Uint16Array.of(1, 2, 65535)],
  ["float16", Uint16Array.of(0x3c00, 0, 0xc000)],
  ["bfloat16", Uint16Array.of(0x3f80, 0, 0xc000)],
  ["uint32", Uint32Array.of(1, 2, 2 ** 32 - 1)],
  ["uint64", BigUint64Array.of(1n, 2n, 2n ** 64n - 1n)],
  ["complex64", Float32Array.of(1, 2, 3, 4, 5, 6)],
  ["complex128", Float64Array.of(1, 2, 3, 4, 5, 6)],
];
for (const [dtype, array] of arrays) {
  test(`an array becomes a tensor of ${dtype} and back`, (c) => {
    const handle = tensorFrom(c, dtype, [3, 1], array);
    assert.deepEqual(readTensor(c, handle), { dtype, shape: [3, 1], data: array });
    c.free(handle);
  });
}

test("strings become a tensor and back, short and long, of any bytes", (c) => {
  const texts = ["", "a", "héé ☃", "x".repeat(1000)], handle = tensorFrom(c, "string", [2, 2], texts);
  assert.deepEqual(decode(readTensor(c, handle).data), texts);
  const raw = tensorFrom(c, "string", [], [Uint8Array.of(0, 255, 0)]);
  assert.deepEqual(readTensor(c, raw).data, [Uint8Array.of(0, 255, 0)]);
  const [joined] = execute(c, "StringJoin", [handle, raw], { separator: { string: "-" }, N: { int: 2 } });
  assert.equal(decode(readTensor(c, joined).data)[1].slice(0, 2), "a-");
  for (const tensor of [handle, raw, joined]) c.free(tensor);
});

test("tensors may be empty, or of no axis", (c) => {
  const empty = tensorFrom(c, "float32", [0, 3], new Float32Array()),
    scalar = tensorFrom(c, "int32", [], Int32Array.of(7));
  assert.deepEqual(readTensor(c, empty), { dtype: "float32", shape: [0, 3], data: new Float32Array() });
  assert.deepEqual(describeTensor(c, scalar), { dtype: "int32", shape: [] });
  assert.equal(bytesOf(c, empty).length, 0);
  c.free(empty);
  c.free(scalar);
});

test("bytesOf() sees a tensor's own memory, readTensorInto() fills an array", (c) => {
  const handle = tensorFrom(c, "float64", [2], Float64Array.of(1, 2)), into = new Float64Array(2);
  assert.deepEqual(new Float64Array(bytesOf(c, handle).slice().buffer), Float64Array.of(1, 2));
  readTensorInto(c, handle, into);
  assert.deepEqual(into, Float64Array.of(1, 2));
  assert.throws(() => readTensorInto(c, handle, new Float64Array(3)), {
    message: "Cannot read a tensor of 16 bytes into an array of 24",
  });
  const copy = copyToDevice(c, handle);
  c.free(handle);
  assert.deepEqual(readTensor(c, copy).data, Float64Array.of(1, 2));
  c.free(copy);
});

const mistakes: [name: string, body: (c: Context) => unknown, message: string | RegExp][] = [
  [
    "an array of another size",
    (c) => tensorFrom(c, "float32", [2, 2], new Float32Array(3)),
    "Cannot make a float32 tensor of shape [2,2] of 12 bytes: expected 16",
  ],
  [
    "too few strings",
    (c) => tensorFrom(c, "string", [2], ["a"]),
    "Cannot make a tensor of shape [2] of 1 strings: expected 2",
  ],
  [
    "a type without an array",
    (c) => tensorFrom(c, "resource", [], new Uint8Array(8)),
    "Cannot move elements of type resource: they have no array in JavaScript",
  ],
  [
    "a tensor that is not there",
    (c) => c.free(1n),
    "Cannot free a tensor that does not live in this context",
  ],
  [
    "an unknown operation",
    (c) => execute(c, "Nope", []),
    /^'Nope' is neither a type of a primitive operation nor a name of a function/,
  ],
];
for (const [name, body, message] of mistakes) {
  test(`${name} is a mistake`, (c) => {
    assert.throws(() => body(c), { message });
  });
}

test("an error of TensorFlow has its message and its code", (c) => {
  const a = tensorFrom(c, "float32", [2, 2], new Float32Array(4)),
    b = tensorFrom(c, "float32", [3, 2], new Float32Array(6));
  assert.throws(() => execute(c, "MatMul", [a, b]), {
    name: "TensorFlowError",
    code: "INVALID_ARGUMENT",
    message: /Matrix size-incompatible: In\[0\]: \[2,2\], In\[1\]: \[3,2\]/,
  });
  c.free(a);
  c.free(b);
});

test("attributes of every kind arrive", (c) => {
  const x = tensorFrom(c, "float32", [1, 2, 2, 1], Float32Array.of(1, 2, 3, 4)), made: bigint[] = [];
  const run = (name: string, inputs: bigint[], attributes: Parameters<typeof execute>[3], outputs = 1) => {
    made.push(...execute(c, name, inputs, attributes, outputs));
    return made.at(-1)!;
  };
  const pooled = run("MaxPool", [x], {
    ksize: { ints: [1, 2, 2, 1] },
    strides: { ints: [1, 2n, 2, 1] },
    padding: { string: "VALID" },
  });
  assert.deepEqual(readTensor(c, pooled).data, Float32Array.of(4));
  const range = run("QuantizeAndDequantizeV2", [
    x,
    ...[0, 4].map((v) => {
      const bound = tensorFrom(c, "float32", [], Float32Array.of(v));
      made.push(bound);
      return bound;
    }),
  ], { num_bits: { int: 8 }, range_given: { bool: true } });
  assert.ok(Math.abs((readTensor(c, range).data as Float32Array)[1] - 2) < 0.05);
  const leaky = run("LeakyRelu", [x], { alpha: { float: 0.5 }, T: { type: "float32" } });
  assert.deepEqual(readTensor(c, leaky).data, Float32Array.of(1, 2, 3, 4));
  run("IdentityN", [x, pooled], { T: { types: ["float32", 1] } }, 2);
  const variable = run("VarHandleOp", [], {
    dtype: { type: "float32" },
    shape: { shape: [2, 3] },
    shared_name: { string: "of a test" },
    allowed_devices: { strings: ["a", "longer than any name of a device would be"] },
  });
  assert.equal(describeTensor(c, variable).dtype, "resource");
  const queue = run("FIFOQueueV2", [], {
    component_types: { types: ["float32", "int32"] },
    shapes: { shapes: [[2, 3], []] },
  });
  assert.equal(describeTensor(c, queue).dtype, "resource");
  const pooling = execute(c, "FractionalAvgPool", [x], {
    pooling_ratio: { floats: [1, 1.5, 1.5, 1] },
    deterministic: { bool: true },
    seed: { int: 1 },
    seed2: { int: 2 },
  }, 3);
  for (const handle of [...made, ...pooling, x]) c.free(handle);
});

test("an operation is run again and again, also after it failed", async (c) => {
  const op = new Operation(c, "MatMul", { T: { type: "float32" } }, 1);
  const a = tensorFrom(c, "float32", [2, 2], Float32Array.of(1, 2, 3, 4)),
    row = tensorFrom(c, "float32", [1], new Float32Array(1));
  const product = (outputs: bigint[]) => {
    const { data } = readTensor(c, outputs[0]);
    c.free(outputs[0]);
    return Array.from(data as Float32Array);
  };
  for (const wrong of [[a, row], [a]]) {
    assert.throws(() => op.run(wrong), { name: "TensorFlowError" });
    assert.deepEqual(product(op.run([a, a])), [7, 10, 15, 22]);
    await assert.rejects(() => op.runInBackground(wrong), { name: "TensorFlowError" });
    assert.deepEqual(product(await op.runInBackground([a, a])), [7, 10, 15, 22]);
  }
  op.delete();
  c.free(a);
  c.free(row);
});

test("an operation of more outputs than most has room for them", (c) => {
  const x = tensorFrom(c, "int32", [300], Int32Array.from({ length: 300 }, (_, i) => i));
  const outputs = execute(
    c,
    "Unpack",
    [x],
    { num: { int: 300 }, T: { type: "int32" }, axis: { int: 0 } },
    300,
  );
  assert.deepEqual(readTensor(c, outputs[299]).data, Int32Array.of(299));
  for (const handle of [...outputs, x]) c.free(handle);
});
