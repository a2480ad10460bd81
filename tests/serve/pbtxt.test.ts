import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DATA_TYPES,
  type DynamicBatching,
  encodeModelConfig,
  encodePbtxt,
  parseModelConfig,
  parsePbtxt,
  PbIdentifier,
  type PbMessage,
} from "../../lib/serve/mod.ts";
import { stopwatch } from "../stopwatch.ts";

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

Deno.test("parseModelConfig() reads what is written by hand, and names the fields it does not use", () => {
  assert.deepEqual(parseModelConfig(DOCUMENTED), {
    name: "",
    backend: "onnxruntime",
    maxBatchSize: 8,
    dynamicBatching: { maxQueueDelayMicroseconds: 100, preferredBatchSize: [4, 8] },
    input: [
      { name: "input0", dataType: "FP32", dims: [16] },
      { name: "input1", dataType: "FP32", dims: [-1, 16] },
    ],
    output: [{ name: "output0", dataType: "INT64", dims: [16, 4] }],
    parameters: { note: 'two\nlines, a "quote" and é' },
    versionPolicy: { latest: 1 },
    notUsed: ["instance_group"],
  });
});

Deno.test("encodeModelConfig() writes what Triton needs, and dynamic batching only for models that batch", () => {
  const config = {
    name: "m",
    input: [{ name: "x", dataType: "FP32" as const, dims: [-1, 88] }],
    output: [{ name: "y", dataType: "BOOL" as const, dims: [1] }],
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
  dims: 1
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
    dynamicBatching: false,
    versionPolicy: "all",
    notUsed: [],
  });
});

Deno.test("dynamic batching goes through config.pbtxt; without it, or without batches, requests are not joined", () => {
  const config = { name: "m", maxBatchSize: 8, input: [], output: [], parameters: {} };
  const joined = (dynamicBatching: DynamicBatching | false | undefined, maxBatchSize = 8) =>
    parseModelConfig(encodeModelConfig({ ...config, maxBatchSize, dynamicBatching })).dynamicBatching;
  for (const way of [{}, { maxQueueDelayMicroseconds: 100 }, { preferredBatchSize: [4] }, false] as const) {
    assert.deepEqual(joined(way), way);
  }
  assert.equal(joined({ maxQueueDelayMicroseconds: 100 }, 0), false);
  assert.deepEqual(joined(undefined), {});
  assert.equal(parseModelConfig("max_batch_size: 4").dynamicBatching, false);
  assert.throws(() => joined({ preferredBatchSize: [9] }), {
    message:
      'Cannot write the configuration of the model "m": dynamic_batching[0].preferred_batch_size is 9, ' +
      "expected a number of rows from 1 to max_batch_size 8",
  });
  assert.throws(
    () => joined({ maxQueueDelayMicroseconds: -1 }),
    /max_queue_delay_microseconds is -1, expected 0 or/,
  );
});

const TYPES = ["INVALID", ...DATA_TYPES].map((type) => `TYPE_${type}`).join(", ");

const tensor = (fields: string) => `input { name: "x" data_type: TYPE_FP32 ${fields} }`;

for (
  const [text, complaint] of [
    ["name", 'line 1, column 5: found the end, expected ":" and a value, or "{"'],
    ['\n  name: "m\n"', 'line 2, column 9: found """, expected a name, a value or a mark'],
    ["input { name: }", 'line 1, column 15: found "}", expected a value'],
    ["input {", 'line 1, column 8: found the end, expected a field or "}"'],
    ["input { dims: [ 1 2 ] }", 'line 1, column 19: found "2", expected "," or "]"'],
    ["input { dims: [ 1, ] }", 'line 1, column 20: found "]", expected a value'],
    [": 3", 'line 1, column 1: found ":", expected a field'],
    [" # only\n  $", 'line 2, column 3: found "$", expected a name, a value or a mark'],
    ["name: m", 'line 1, column 7: found "m", expected text in quotes'],
    ["max_batch_size: 1.5", 'line 1, column 17: found "1.5", expected an integer of 32 bits'],
    ["max_batch_size: -1", "max_batch_size is -1, expected 0 or a positive integer"],
    ["input: 3", 'line 1, column 8: found "3", expected a ModelInput in braces'],
    ["input { data_type: TYPE_FP32 }", "input[0].name is missing, expected the name of the tensor"],
    ['input { name: "x" }', "input[0].data_type is missing, expected a type such as TYPE_FP32"],
    [
      'input { name: "x" data_type: TYPE_FP33 }',
      `line 1, column 30: found "TYPE_FP33", expected one of ${TYPES} (did you mean "TYPE_FP32"?)`,
    ],
    [
      'input { name: "x" data_type: "TYPE_FP32" }',
      `line 1, column 30: found ""TYPE_FP32"", expected one of ${TYPES}`,
    ],
    [tensor("dims: 0"), "input[0].dims is 0, expected positive lengths, or -1 for one that may change"],
    [
      tensor(""),
      "input[0].dims is empty, expected lengths: a single number of each row has dims [1] and reshape []",
    ],
    [tensor("dims: 3") + tensor("dims: 3"), 'input is twice named "x", expected names of their own'],
  ]
) {
  Deno.test(`parseModelConfig() says what is wrong with ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseModelConfig(text, "m/config.pbtxt"), {
      message: `Cannot read m/config.pbtxt: ${complaint}`,
    });
  });
}

Deno.test("parsePbtxt() is quick with much that is nothing", () => {
  const seconds = stopwatch();
  assert.throws(() => parsePbtxt(`${" ".repeat(1e5)}${"#".repeat(1e5)}\n$`), /line 2, column 1/);
  assert.ok(seconds() < 1);
});

/** A text of `depth` messages within each other, closed or not. */
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

Deno.test("parsePbtxt() takes a hundred messages within each other, and refuses more with source and place", () => {
  const kinds = [["a {", "}"], ["a <", ">"], ["a: {", "}"], ["a [ {", "} ]"], ["a {\n", ""]];
  for (const [open, close] of kinds) {
    if (close) assert.ok(parsePbtxt(nested(100, open, close)).a);
    for (const depth of [101, 10_000, 1_000_000]) {
      assert.throws(() => parsePbtxt(nested(depth, open, close), "m/config.pbtxt"), (error: Error) => {
        const mark = open.includes("<") ? "<" : "{";
        assert.match(
          error.message,
          new RegExp(
            `^Cannot read m/config\\.pbtxt: line \\d+, column \\d+: found "\\${mark}", expected at most 100 messages within each other$`,
          ),
        );
        return true;
      });
    }
  }
  assert.throws(() => parsePbtxt(`a {\n`.repeat(101), "c"), /line 101, column 3: found "\{"/);
});

Deno.test("parsePbtxt() reads ten million characters of whatever kind in about a second", () => {
  const n = 1e7;
  const texts: Record<string, [string, (m: PbMessage) => boolean]> = {
    fields: ["a: 1\n".repeat(n / 5), (m) => m.a.length === n / 5],
    numbers: [
      `a: [ ${"12, ".repeat(n / 4)}-1.5e3 ]`,
      (m) => m.a.length === n / 4 + 1 && m.a.at(-1) === -1500,
    ],
    escapes: [`a: "${"\\n".repeat(n / 2)}"`, (m) => m.a[0] === "\n".repeat(n / 2)],
    bytes: [`a: '${"\\303\\xa9".repeat(n / 8)}'`, (m) => m.a[0] === "é".repeat(n / 8)],
    letters: [`a: "${"é".repeat(n)}"`, (m) => (m.a[0] as string).length === n],
    pieces: [`a: ${'"ab" '.repeat(n / 5)}`, (m) => (m.a[0] as string).length === 2 * n / 5],
    identifiers: ["a: b ".repeat(n / 5), (m) => m.a.length === n / 5],
    digits: [`a: ${"1".repeat(n)}`, (m) => m.a[0] === Infinity],
    comments: ["# x\n".repeat(n / 4), (m) => Object.keys(m).length === 0],
  };
  const seconds: Record<string, number> = {};
  for (const [name, [text, isRight]] of Object.entries(texts)) {
    const took = stopwatch();
    assert.ok(isRight(parsePbtxt(text)), name);
    seconds[name] = took();
  }
  // Half of them: the machine may be busy with other tests.
  const sorted = Object.values(seconds).sort((a, b) => a - b);
  assert.ok(sorted[4] < 1 && sorted.at(-1)! < 8, JSON.stringify(seconds));
});

Deno.test("parsePbtxt() bounds the length of a text, and the names of a message", () => {
  assert.throws(() => parsePbtxt(" ".repeat(64 * 2 ** 20 + 1), "c.pbtxt"), {
    message: "Cannot read c.pbtxt: it has 67108865 characters, expected at most 67108864",
  });
  const fields = (count: number) => Array.from({ length: count }, (_, i) => `f${i}: 1`).join("\n");
  assert.equal(Object.keys(parsePbtxt(fields(10_000))).length, 10_000);
  assert.throws(
    () => parsePbtxt(fields(10_001)),
    /line 10001, column 1: found "f10000", expected at most 10000/,
  );
});

Deno.test("parsePbtxt() takes fields named like members of Object.prototype", () => {
  const text = "__proto__: 1 constructor: 2 toString { hasOwnProperty: 3 } __proto__: 4";
  const read = parsePbtxt(text);
  assert.deepEqual(Object.keys(read), ["__proto__", "constructor", "toString"]);
  assert.deepEqual(Object.getOwnPropertyDescriptor(read, "__proto__")!.value, [1, 4]);
  assert.deepEqual([read.constructor, read.toString], [[2], [{ hasOwnProperty: [3] }]]);
  assert.deepEqual(parsePbtxt(encodePbtxt(read)), read);
  const config = {
    name: "m",
    input: [],
    output: [],
    parameters: Object.fromEntries([["__proto__", "a"], ["toString", "b"]]),
  };
  assert.deepEqual(parseModelConfig(encodeModelConfig(config)).parameters, config.parameters);
});

Deno.test("numbers and texts are read as protocol buffers write them", () => {
  const cases: [string, PbMessage[string]][] = [
    ["a: [ 0, 007, 12345678901234567890, 0x1F, -0Xa ]", [0, 7, 12345678901234567890, 31, -10]],
    ["a: [ 1.5, .5, 5., -1e3, 1E-3, 1.5f, 2F, +3 ]", [1.5, 0.5, 5, -1000, 0.001, 1.5, 2, 3]],
    ["a: -0", [-0]],
    [`a: "\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\"\\?"`, ["\x07\b\f\n\r\t\v\\'\"?"]],
    [`a: '\\0\\x41\\1011' "é\\é"`, ["\0AA1éé"]],
    ["a: 1a: 2", [1, 2]],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parsePbtxt(text).a, expected, text);
  for (const text of ["a: +", "a: -inf", 'a: "b\n"', "a: '", 'a: "\\', "a: 1 }", "a: ."]) {
    assert.throws(() => parsePbtxt(text, "c"), /^Error: Cannot read c: line 1, column \d+: found /, text);
  }
});

Deno.test("encodePbtxt() refuses what would not be read back", () => {
  let deep: PbMessage = { a: [1] };
  for (let i = 0; i < 100; i++) deep = { a: [deep] };
  assert.deepEqual(parsePbtxt(encodePbtxt(deep)), deep);
  const cases: [PbMessage, RegExp][] = [
    [{ a: [deep] }, /^Error: Cannot write more than 100 messages within each other$/],
    [
      { "two words": [1] },
      /^Error: Cannot write a field named "two words": expected letters, digits and "_"$/,
    ],
    [{ "": [1] }, /a field named ""/],
    [{ a: [NaN] }, /^Error: Cannot write the number NaN: expected a finite one$/],
    [{ a: [1, -Infinity] }, /^Error: Cannot write the number -Infinity/],
    [{ a: ["\ud800"] }, /^Error: Cannot write text that is not well-formed Unicode$/],
    [{ a: [new PbIdentifier("TYPE FP32")] }, /^Error: Cannot write the identifier "TYPE FP32"$/],
  ];
  for (const [message, expected] of cases) assert.throws(() => encodePbtxt(message), expected);
  assert.ok(Object.is(parsePbtxt(encodePbtxt({ a: [-0] })).a[0], -0));
});

Deno.test("encodeModelConfig() refuses what parseModelConfig() would", () => {
  const x = { name: "x", dataType: "FP32" as const, dims: [3] };
  const good = { name: "m", input: [x], output: [x] };
  const cases: [object, string][] = [
    [
      { input: [{ ...x, dims: [0] }] },
      "input[0].dims is 0, expected positive lengths, or -1 for one that may change",
    ],
    [{ input: [{ ...x, dims: [1.5] }] }, "input[0].dims is 1.5, expected an integer"],
    [{ input: [{ ...x, dims: ["3"] }] }, 'input[0].dims is "3", expected an integer'],
    [{ input: [{ ...x, dims: [NaN] }] }, "input[0].dims is NaN, expected an integer"],
    [{ output: [x, x] }, 'output is twice named "x", expected names of their own'],
    [{ output: [{ ...x, name: "" }] }, "output[0].name is missing, expected the name of the tensor"],
    [{ maxBatchSize: -1 }, "max_batch_size is -1, expected 0 or a positive integer"],
    [{ maxBatchSize: 2 ** 31 }, "max_batch_size is 2147483648, expected 0 or a positive integer of 32 bits"],
    [{ maxBatchSize: 0.5 }, "max_batch_size is 0.5, expected an integer"],
    [{ parameters: { epochs: 3 } }, "parameters[0].value[0].string_value is 3, expected text in quotes"],
  ];
  for (const [change, reason] of cases) {
    assert.throws(() => encodeModelConfig({ ...good, ...change }), {
      message: `Cannot write the configuration of the model "m": ${reason}`,
    });
  }
  assert.throws(
    () => encodeModelConfig({ ...good, input: [{ ...x, dataType: "FP33" as "FP32" }] }),
    /is TYPE_FP33 \(did you mean/,
  );
  assert.throws(() => parseModelConfig("max_batch_size: 1e400", "c"), {
    message: 'Cannot read c: line 1, column 17: found "1e400", expected an integer of 32 bits',
  });
});
