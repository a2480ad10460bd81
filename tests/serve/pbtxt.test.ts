import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeModelConfig,
  encodePbtxt,
  parseModelConfig,
  parsePbtxt,
  PbIdentifier,
  type PbMessage,
} from "../../lib/serve/mod.ts";

const word = fc.stringMatching(/^[a-z_][a-z_0-9]{0,8}$/);
const { message } = fc.letrec<{ message: PbMessage }>((tie) => ({
  message: fc.dictionary(
    word,
    fc.array(
      fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
        word.map((name) => new PbIdentifier(name)),
        tie("message"),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
}));

Deno.test("parsePbtxt() undoes encodePbtxt()", () => {
  fc.assert(fc.property(message, (m) => assert.deepEqual(parsePbtxt(encodePbtxt(m)), m)));
});

/** As NVIDIA's documentation writes such files. */
const DOCUMENTED = `
  # A comment.
  platform: "onnxruntime_onnx"
  max_batch_size: 8
  input [
    {
      name: "input0"
      data_type: TYPE_FP32
      dims: [ 16 ]
    },
    {
      name: "input1"
      data_type: TYPE_FP32
      dims: [ -1, 0x10 ]
    }
  ]
  output < name: 'out' "put0"; data_type: TYPE_INT64 dims: 16, dims: 4 >
  instance_group [ { count: 2 kind: KIND_CPU } ]
  dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 100 }
  version_policy: { latest: { num_versions: 1 }}
  parameters: { key: "note" value: { string_value: "two\\nlines, a \\"quote\\" and \\303\\251" } }
`;

Deno.test("parseModelConfig() reads what is written by hand, and leaves other fields aside", () => {
  assert.deepEqual(parseModelConfig(DOCUMENTED), {
    name: "",
    backend: "onnxruntime",
    maxBatchSize: 8,
    input: [
      { name: "input0", dataType: "FP32", dims: [16] },
      { name: "input1", dataType: "FP32", dims: [-1, 16] },
    ],
    output: [{ name: "output0", dataType: "INT64", dims: [16, 4] }],
    parameters: { note: 'two\nlines, a "quote" and é' },
  });
});

Deno.test("encodeModelConfig() writes what Triton needs, and dynamic batching only for models that batch", () => {
  const config = {
    name: "m",
    input: [{ name: "x", dataType: "FP32" as const, dims: [-1, 88] }],
    output: [{ name: "y", dataType: "BOOL" as const, dims: [] }],
    parameters: { data_sha256: "2db9" },
  };
  assert.equal(
    encodeModelConfig({ ...config, maxBatchSize: 4 }),
    `name: "m"
platform: "onnxruntime_onnx"
backend: "onnxruntime"
max_batch_size: 4
input {
  name: "x"
  data_type: TYPE_FP32
  dims: [ -1, 88 ]
}
output {
  name: "y"
  data_type: TYPE_BOOL
}
dynamic_batching {}
parameters {
  key: "data_sha256"
  value {
    string_value: "2db9"
  }
}
`,
  );
  assert.doesNotMatch(encodeModelConfig(config), /dynamic_batching/);
  assert.deepEqual(parseModelConfig(encodeModelConfig(config)), {
    ...config,
    backend: "onnxruntime",
    maxBatchSize: 0,
  });
});

const tensor = (fields: string) => `input { name: "x" data_type: TYPE_FP32 ${fields} }`;

for (
  const [text, complaint] of [
    ["name", 'line 1, column 5: found the end, expected ":" and a value, or "{"'],
    ['\n  name: "m\n"', 'line 2, column 9: found """, expected a name, a value or a mark'],
    ["input { name: }", 'line 1, column 15: found "}", expected a value'],
    ["input {", 'line 1, column 8: found the end, expected a field or "}"'],
    ["dims: [ 1 2 ]", 'line 1, column 11: found "2", expected "," or "]"'],
    ["dims: [ 1, ]", 'line 1, column 12: found "]", expected a value'],
    [": 3", 'line 1, column 1: found ":", expected a field'],
    [" # only\n  $", 'line 2, column 3: found "$", expected a name, a value or a mark'],
    ["name: m", "name is m, expected text in quotes"],
    ["max_batch_size: 1.5", "max_batch_size is 1.5, expected an integer"],
    ["max_batch_size: -1", "max_batch_size is -1, expected 0 or a positive integer"],
    ["input: 3", "input[0] is 3, expected a message in braces"],
    ["input { data_type: TYPE_FP32 }", "input[0].name is missing, expected the name of the tensor"],
    ['input { name: "x" }', "input[0].data_type is missing, expected a type such as TYPE_FP32"],
    [
      'input { name: "x" data_type: TYPE_FP33 }',
      'input[0].data_type is TYPE_FP33 (did you mean "TYPE_FP32"?), expected one of TYPE_BOOL, TYPE_UINT8, TYPE_UINT16, ' +
      "TYPE_UINT32, TYPE_UINT64, TYPE_INT8, TYPE_INT16, TYPE_INT32, TYPE_INT64, TYPE_FP16, TYPE_FP32, TYPE_FP64, " +
      "TYPE_STRING, TYPE_BF16",
    ],
    [
      'input { name: "x" data_type: "TYPE_FP32" }',
      'input[0].data_type is "TYPE_FP32", expected a name without quotes',
    ],
    [tensor("dims: 0"), "input[0].dims is 0, expected positive lengths, or -1 for one that may change"],
    [tensor("") + tensor(""), 'input is twice named "x", expected names of their own'],
  ]
) {
  Deno.test(`parseModelConfig() says what is wrong with ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseModelConfig(text, "m/config.pbtxt"), {
      message: `Cannot read m/config.pbtxt: ${complaint}`,
    });
  });
}

Deno.test("parsePbtxt() is quick with much that is nothing", () => {
  const started = performance.now();
  assert.throws(() => parsePbtxt(`${" ".repeat(1e5)}${"#".repeat(1e5)}\n$`), /line 2, column 1/);
  assert.ok(performance.now() - started < 1000);
});
