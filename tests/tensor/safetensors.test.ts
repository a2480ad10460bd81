import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeSafetensors, encodeSafetensors, type HostArray } from "../../lib/tensor/mod.ts";

/** A file of this header (JSON, or text as it is) and these bytes of numbers. */
function fileOf(header: unknown, numbers: ArrayLike<number>): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + numbers.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(numbers, 8 + text.length);
  return file;
}

const tensorOf = (dtype: string, shape: number[], bytes: ArrayLike<number>) =>
  decodeSafetensors(fileOf({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes)).tensors.x;

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

Deno.test("decodeSafetensors() reads from a view of any kind and at any offset", () => {
  const tensors: Record<string, HostArray> = {
    v: { data: Float64Array.of(4, -5), shape: [2] },
    w: { data: Float32Array.of(1, 2, 3), shape: [3] },
    n: { data: Int32Array.of(7), shape: [] },
    b: { data: Uint8Array.of(1, 0, 1), shape: [3, 1] },
  };
  const file = encodeSafetensors({ tensors, metadata: {} });
  for (const offset of [0, 1, 3, 8]) {
    const larger = new Uint8Array(file.length + offset + 5).fill(255);
    larger.set(file, offset);
    const views: Record<string, ArrayBufferView> = {
      Uint8Array: larger.subarray(offset, offset + file.length),
      Buffer: Buffer.from(larger.buffer, offset, file.length),
      "a copy in Node's pool": Buffer.from(file),
      Int8Array: new Int8Array(larger.buffer, offset, file.length),
      Uint8ClampedArray: new Uint8ClampedArray(larger.buffer, offset, file.length),
      DataView: new DataView(larger.buffer, offset, file.length),
    };
    for (const [name, view] of Object.entries(views)) {
      const read = decodeSafetensors(view).tensors;
      assert.deepEqual({ ...read }, { ...tensors }, name);
      assert.equal(read.w.data.buffer.byteLength, 12, `${name}: memory of its own`);
    }
  }
  assert.deepEqual(decodeSafetensors(file.buffer).tensors.w, tensors.w);
});

Deno.test("encodeSafetensors() writes views of a larger array as they are", () => {
  const larger = Float32Array.of(0, 1, 2, 3, 4, 5), view = larger.subarray(2, 4);
  const file = encodeSafetensors({ tensors: { view: { data: view, shape: [2] } }, metadata: {} });
  assert.deepEqual(decodeSafetensors(file).tensors.view, { data: Float32Array.of(2, 3), shape: [2] });
});

Deno.test("integers of every size are read as int32", () => {
  const cases: [string, ArrayBufferView, number[]][] = [
    ["I8", Int8Array.of(-128, 127), [-128, 127]],
    ["I16", Int16Array.of(-32768, 32767), [-32768, 32767]],
    ["U16", Uint16Array.of(0, 65535), [0, 65535]],
    ["I32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1), [-(2 ** 31), 2 ** 31 - 1]],
    ["U32", Uint32Array.of(70000, 2 ** 31 - 1), [70000, 2 ** 31 - 1]],
    ["I64", BigInt64Array.of(-70000n, -(2n ** 31n)), [-70000, -(2 ** 31)]],
    ["U64", BigUint64Array.of(0n, 2n ** 31n - 1n), [0, 2 ** 31 - 1]],
  ];
  for (const [dtype, data, expected] of cases) {
    assert.deepEqual(tensorOf(dtype, [2], bytesOf(data)), { data: Int32Array.from(expected), shape: [2] });
  }
  const beyond: [string, ArrayBufferView, string][] = [
    ["U32", Uint32Array.of(2 ** 31), "2147483648"],
    ["I64", BigInt64Array.of(-(2n ** 31n) - 1n), "-2147483649"],
    ["U64", BigUint64Array.of(2n ** 64n - 1n), "18446744073709551615"],
  ];
  for (const [dtype, data, value] of beyond) {
    assert.throws(() => tensorOf(dtype, [1], bytesOf(data)), {
      message: `Cannot read the bytes as safetensors: "x" holds ${value}, which does not fit into 32 bits`,
    });
  }
});

Deno.test("floats of one and two bytes are read as float32, as ml_dtypes 0.5 has their values", () => {
  const cases: [string, Record<number, number>][] = [
    ["F16", { 0x3c00: 1, 0x0001: 2 ** -24, 0xfbff: -65504, 0x7c00: Infinity, 0x7e00: NaN, 0x8000: -0 }],
    ["BF16", {
      0x3f80: 1,
      0x0001: 2 ** -133,
      0xff7f: -3.3895313892515355e38,
      0xff80: -Infinity,
      0x7fc0: NaN,
    }],
    ["F8_E5M2", { 0x3c: 1, 1: 2 ** -16, 0x7b: 57344, 0x7c: Infinity, 0xfc: -Infinity, 0x7d: NaN, 0x80: -0 }],
    ["F8_E4M3", { 0x38: 1, 1: 2 ** -9, 0x7e: 448, 0x7f: NaN, 0xff: NaN, 0xfe: -448, 0x80: -0 }],
    ["F8_E5M2FNUZ", { 0x40: 1, 1: 2 ** -17, 0x7f: 57344, 0xff: -57344, 0x80: NaN }],
    ["F8_E4M3FNUZ", { 0x40: 1, 1: 2 ** -10, 0x7f: 240, 0xff: -240, 0x80: NaN }],
    ["F8_E8M0", { 0: 2 ** -127, 127: 1, 254: 2 ** 127, 255: NaN }],
  ];
  for (const [dtype, values] of cases) {
    const keys = Object.keys(values).map(Number), isShort = keys.some((bits) => bits > 255);
    const bits = bytesOf(isShort ? Uint16Array.from(keys) : Uint8Array.from(keys));
    const { data } = tensorOf(dtype, [keys.length], bits);
    assert.deepEqual(data, Float32Array.from(keys, (key) => values[key]), dtype);
  }
});

Deno.test("types that no array here can hold are refused by name", () => {
  for (
    const [dtype, what] of [["C64", "complex numbers"], ["F4", "numbers of 4 bits"], [
      "F6_E2M3",
      "numbers of 6 bits",
    ]]
  ) {
    assert.throws(() => tensorOf(dtype, [8], new Uint8Array(8)), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`"x" has dtype ${dtype} \\(${what}\\), expected F32, F64, .*F8_E4M3`),
      );
      return true;
    });
  }
  for (const dtype of ["f32", "toString", "", 3, null]) {
    assert.throws(() => tensorOf(dtype as string, [1], new Uint8Array(4)), /"x" has dtype .*, expected F32/);
  }
});

const entry = (shape: unknown, from: unknown, to: unknown, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

for (
  const [what, header, bytes, complaint] of [
    [
      "lengths below 0",
      { a: entry([-2, -2], 0, 16) },
      16,
      '"a" has shape [-2,-2], expected a list of lengths',
    ],
    [
      "lengths that are fractions",
      { a: entry([0.5, 8], 0, 16) },
      16,
      '"a" has shape [0.5,8], expected a list',
    ],
    ["a shape that is text", { a: entry("4", 0, 16) }, 16, '"a" has shape "4", expected a list of lengths'],
    [
      "lengths that are text",
      { a: entry(["4"], 0, 16) },
      16,
      '"a" has shape ["4"], expected a list of lengths',
    ],
    ["a length of null", { a: entry([null], 0, 0) }, 0, '"a" has shape [null], expected a list of lengths'],
    [
      "no shape",
      { a: { dtype: "F32", data_offsets: [0, 4] } },
      4,
      '"a" has shape undefined, expected a list',
    ],
    [
      "more elements than can be counted",
      { a: entry([2 ** 40, 2 ** 40], 0, 16) },
      16,
      '"a" has shape [1099511627776,',
    ],
    ["no entry", { a: null }, 0, '"a" has dtype undefined, expected F32'],
    [
      "one offset",
      { a: { dtype: "F32", shape: [1], data_offsets: [0] } },
      4,
      '"a" has shape [1] but offsets 0 to undefined',
    ],
    [
      "three offsets",
      { a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } },
      4,
      '"a" has shape [1] but offsets 0 to 4',
    ],
    ["offsets that are text", { a: entry([1], "0", "4") }, 4, '"a" has shape [1] but offsets 0 to 4'],
    ["offsets below 0", { a: entry([1], -4, 0) }, 4, '"a" has shape [1] but offsets -4 to 0'],
    ["offsets of another size", { a: entry([1], 0, 8) }, 8, '"a" has shape [1] but offsets 0 to 8'],
    [
      "overlapping tensors",
      { a: entry([2], 0, 8), b: entry([2], 4, 12) },
      12,
      '"b" begins at byte 4 of the numbers, the one before it ends at 8',
    ],
    [
      "two tensors in one place",
      { a: entry([1], 0, 4), b: entry([1], 0, 4) },
      4,
      '"b" begins at byte 0 of the numbers',
    ],
    [
      "a hole",
      { a: entry([1], 0, 4), b: entry([1], 8, 12) },
      12,
      '"b" begins at byte 8 of the numbers, the one before it ends at 4',
    ],
    ["a hole in front", { a: entry([1], 4, 8) }, 8, '"a" begins at byte 4 of the numbers'],
    ["bytes behind", { a: entry([1], 0, 4) }, 5, "it has 1 bytes more than its header says"],
    [
      "too few bytes",
      { a: entry([1], 0, 4) },
      3,
      'it is truncated: "a" should end at byte 4 of the numbers, there are 3',
    ],
    ["metadata that are a list", { __metadata__: ["a"] }, 0, 'the metadata are ["a"], expected text by name'],
    ["metadata that are null", { __metadata__: null }, 0, "the metadata are null, expected text by name"],
    ["metadata that are text", { __metadata__: "a" }, 0, 'the metadata are "a", expected text by name'],
    [
      "a number among the metadata",
      { __metadata__: { step: 1 } },
      0,
      'the metadata\'s "step" is 1, expected text',
    ],
    ["a header that is a list", [], 0, "its header is not an object"],
    ["a header of half a pair", '{"a', 0, "its header is not JSON"],
    [
      "a header that is nested deep",
      "[".repeat(1e5),
      0,
      "its header: line 1, column 101: found more than 100 brackets",
    ],
  ] as [string, unknown, number, string][]
) {
  Deno.test(`decodeSafetensors() refuses ${what}`, () => {
    assert.throws(() => decodeSafetensors(fileOf(header, new Uint8Array(bytes)), "f.st"), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot read f.st as safetensors: ${complaint}`), error.message);
      return true;
    });
  });
}

Deno.test("tensors of no elements, in any order of the header, and a file of nothing are read", () => {
  const read = decodeSafetensors(fileOf({
    b: entry([1], 4, 8),
    none: entry([0, 3], 4, 4),
    a: entry([], 0, 4),
  }, new Uint8Array(8)));
  assert.deepEqual(
    Object.fromEntries(Object.entries(read.tensors).map(([name, { shape }]) => [name, shape])),
    {
      b: [1],
      none: [0, 3],
      a: [],
    },
  );
  assert.deepEqual(decodeSafetensors(fileOf({}, [])), { tensors: {}, metadata: {} });
});

const array = (data: unknown, shape: unknown) => ({ data, shape }) as HostArray;
const one = array(Float32Array.of(1), [1]);

for (
  const [what, tensors, metadata, complaint] of [
    [
      "the name of the metadata",
      { __metadata__: one },
      {},
      'a tensor is named "__metadata__", which is the format\'s name',
    ],
    ["a name that is not Unicode", { "\ud800": one }, {}, 'the name "\\ud800" is not well-formed Unicode'],
    [
      "more numbers than the shape has",
      { a: array(Float32Array.of(1, 2), [3]) },
      {},
      '"a" has 2 numbers, its shape [3] has 3',
    ],
    [
      "a scalar of two numbers",
      { a: array(Float32Array.of(1, 2), []) },
      {},
      '"a" has 2 numbers, its shape [] has 1',
    ],
    [
      "lengths below 0",
      { a: array(new Float32Array(4), [-2, -2]) },
      {},
      '"a" has shape [-2,-2], expected a list',
    ],
    [
      "lengths that are fractions",
      { a: array(new Float32Array(4), [0.5, 8]) },
      {},
      '"a" has shape [0.5,8], expected',
    ],
    [
      "a shape that is text",
      { a: array(new Float32Array(4), "4") },
      {},
      '"a" has shape "4", expected a list',
    ],
    ["a plain list of numbers", { a: array([1], [1]) }, {}, '"a" is a Array, expected a Float32Array'],
    [
      "integers of 64 bits",
      { a: array(BigInt64Array.of(1n), [1]) },
      {},
      '"a" is a BigInt64Array, expected a Float32Array',
    ],
    ["a number among the metadata", { a: one }, { step: 1 }, 'the metadata\'s "step" is 1, expected text'],
    ["metadata that are null", {}, null, "the metadata are null, expected text by name"],
    ["text that is not Unicode", {}, { a: "\udc00" }, 'the metadata\'s "a" is not well-formed Unicode'],
  ] as [string, Record<string, HostArray>, Record<string, string>, string][]
) {
  Deno.test(`encodeSafetensors() refuses ${what}`, () => {
    assert.throws(() => encodeSafetensors({ tensors, metadata }), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot write safetensors: ${complaint}`), error.message);
      return true;
    });
  });
}

Deno.test("names of members of Object.prototype are names like any other", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", ""];
  const tensors = Object.fromEntries(names.map((name, i) => [name, array(Float32Array.of(i), [1])]));
  const metadata = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
  const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
  assert.deepEqual(Object.keys(read.tensors).sort(), names.slice().sort());
  for (const name of names) {
    assert.deepEqual(Object.getOwnPropertyDescriptor(read.tensors, name)!.value, tensors[name]);
    assert.equal(Object.getOwnPropertyDescriptor(read.metadata, name)!.value, `of ${name}`);
  }
});
