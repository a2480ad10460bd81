import assert from "node:assert/strict";
import type { DataType } from "../../../lib/serve/mod.ts";
import { binaryAnswer, binaryBody, echo, rows, serving } from "../served.ts";

/** Values at the edges of each type: as JSON has them, and as the answer has them where that differs. */
const EDGES: Record<Exclude<DataType, "BF16">, [sent: string, answered?: string]> = {
  BOOL: ["true,false,1,0", "true,false,true,false"],
  UINT8: ["0,255"],
  UINT16: ["0,65535"],
  UINT32: ["0,4294967295"],
  UINT64: ["0,9007199254740993,18446744073709551615"],
  INT8: ["-128,127"],
  INT16: ["-32768,32767"],
  INT32: ["-2147483648,2147483647"],
  INT64: ["-9223372036854775808,9007199254740993,9223372036854775807"],
  FP16: ["0.5,-65504,5.960464477539063e-8,NaN,Infinity", '0.5,-65504,5.960464477539063e-8,"NaN","Infinity"'],
  FP32: [
    '1.5,-3.4028234663852886e+38,1e-45,null,"NaN",-Infinity,-0.0',
    '1.5,-3.4028234663852886e+38,1.401298464324817e-45,"NaN","NaN","-Infinity",-0.0',
  ],
  FP64: [
    "0.1,1.7976931348623157e+308,5e-324,NaN,-Infinity",
    '0.1,1.7976931348623157e+308,5e-324,"NaN","-Infinity"',
  ],
  STRING: ['"","é","𝄞","\\"\\n"'],
};

const wire = (type: string): string => type === "STRING" ? "BYTES" : type;

for (const [type, [sent, answered = sent]] of Object.entries(EDGES)) {
  Deno.test(`${wire(type)} goes through unharmed, as JSON and as binary data`, () =>
    serving([echo([type as DataType])], async ({ ask }) => {
      const count = type === "STRING" ? 4 : sent.split(",").length;
      const input = `"name":"x","datatype":"${wire(type)}","shape":[${count}]`;
      const { status, response } = await ask(
        "v2/models/echo/infer",
        `{"inputs":[{${input},"data":[${sent}]}]}`,
      );
      const text = await response.text();
      assert.equal(status, 200, text);
      const data = /"data":\[(.*)\]\}\]\}$/.exec(text)![1];
      assert.equal(
        type === "STRING" ? JSON.stringify(JSON.parse(`[${data}]`)) : data,
        type === "STRING" ? JSON.stringify(JSON.parse(`[${answered}]`)) : answered,
      );

      const asBinary = await ask(
        "v2/models/echo/infer",
        `{"parameters":{"binary_data_output":true},"inputs":[{${input},"data":[${sent}]}]}`,
      );
      const { data: [bytes] } = await binaryAnswer(asBinary.response);
      const [body, init] = binaryBody(
        {
          inputs: [{
            name: "x",
            datatype: wire(type),
            shape: [count],
            parameters: { binary_data_size: bytes.length },
          }],
          parameters: { binary_data_output: true },
        },
        bytes,
      );
      const again = await ask("v2/models/echo/infer", body, init);
      assert.equal(again.status, 200);
      const { json, data: [same] } = await binaryAnswer(again.response);
      assert.deepEqual(same, bytes);
      assert.deepEqual(json.outputs[0].shape, [count]);
    }));
}

Deno.test("several inputs and outputs, binary and not, come in the order of the request", () =>
  serving([echo(["FP32", "INT64", "STRING"], [2])], async ({ ask }) => {
    const float = new Uint8Array(Float32Array.of(1, NaN).buffer);
    const text = Uint8Array.of(1, 0, 0, 0, 65, 0, 0, 0, 0);
    const [body, init] = binaryBody(
      {
        id: 'a "1"',
        inputs: [
          { name: "x_STRING", datatype: "BYTES", shape: [2], parameters: { binary_data_size: 9 } },
          { name: "x_INT64", datatype: "INT64", shape: [2], data: [1, 2] },
          { name: "x_FP32", datatype: "FP32", shape: [2], parameters: { binary_data_size: 8 } },
        ],
        outputs: [
          { name: "y_FP32", parameters: { binary_data: true } },
          { name: "y_INT64" },
          { name: "y_STRING", parameters: { binary_data: true } },
        ],
      },
      text,
      float,
    );
    const { json, data } = await binaryAnswer((await ask("v2/models/echo/infer", body, init)).response);
    assert.equal(json.id, 'a "1"');
    assert.deepEqual([json.model_name, json.model_version], ["echo", "1"]);
    assert.deepEqual(json.outputs.map((o: any) => [o.name, o.data ?? null]), [["y_FP32", null], ["y_INT64", [
      1,
      2,
    ]], ["y_STRING", null]]);
    assert.deepEqual(data, [float, new Uint8Array(), text]);
  }));

Deno.test("an input of no rows comes with a binary_data_size of 0", () =>
  serving([rows()], async ({ ask }) => {
    const [body, init] = binaryBody({
      inputs: [{ name: "x", datatype: "FP32", shape: [0, 3], parameters: { binary_data_size: 0 } }],
      parameters: { binary_data_output: true },
    });
    const { status, response } = await ask("v2/models/rows/infer", body, init);
    assert.equal(status, 200);
    const { json } = await binaryAnswer(response);
    assert.deepEqual(json.outputs.map((o: any) => [o.shape, o.parameters.binary_data_size]), [
      [[0, 3], 0],
      [[0, 1], 0],
    ]);
  }));

const x = (more: object) => ({
  inputs: [{ name: "x", datatype: "FP32", shape: [2, 3], data: [1, 2, 3, 4, 5, 6], ...more }],
});
const twice = [2, 4, 6, 8, 10, 12];

Deno.test("data may be nested as the shape is, null keys are none, and a column is a vector", async () => {
  await serving([rows()], async ({ ask }) => {
    for (
      const body of [
        x({}),
        x({ data: [[1, 2, 3], [4, 5, 6]] }),
        // As kserve's client writes it.
        { id: null, parameters: null, outputs: null, ...x({ parameters: null }) },
        { ...x({}), outputs: [] },
        { ...x({}), parameters: { priority: 1, timeout: 0, anything: [] } },
        // A further axis of length 1, as mlserver's client adds it to vectors.
        x({ shape: [2, 3, 1] }),
      ]
    ) {
      const { status, json } = await ask("v2/models/rows/infer", body);
      assert.equal(status, 200, JSON.stringify(json));
      assert.deepEqual(json.outputs[0], { name: "y", datatype: "FP32", shape: [2, 3], data: twice });
      assert.deepEqual(json.outputs[1].data, [6, 15]);
      assert.ok(!("id" in json));
    }
  });
});

Deno.test("the classes with the largest values come as texts", () =>
  serving([rows()], async ({ ask }) => {
    const { json } = await ask("v2/models/rows/infer", {
      ...x({ data: [1, 3, 2, 9, 9, -1] }),
      outputs: [{ name: "y", parameters: { classification: 2 } }],
    });
    assert.deepEqual(json.outputs, [{
      name: "y",
      datatype: "BYTES",
      shape: [2, 2],
      data: ["6.000000:1", "4.000000:2", "18.000000:0", "18.000000:1"],
    }]);
  }));

const wrong: [object | string, RegExp][] = [
  ["", /^the body is no JSON: /],
  ["[]", /^the body is \[\], expected an object$/],
  ["null", /expected an object$/],
  [{}, /^"inputs" is nothing, expected an array$/],
  [{ inputs: {} }, /^"inputs" is \{\}, expected an array$/],
  [{ inputs: [] }, /^the input "x" is missing$/],
  [{ inputs: [3] }, /^an input is 3, expected an object$/],
  [{ id: 7, ...x({}) }, /^"id" is 7, expected text$/],
  [x({ name: "X" }), /^the model "rows" has no input "X" \(did you mean "x"\?\), it has x$/],
  [x({ name: "__proto__" }), /has no input "__proto__"/],
  [{ inputs: [...x({}).inputs, ...x({}).inputs] }, /^the input "x" is given twice$/],
  [x({ datatype: undefined }), /^the "datatype" of the input "x" is nothing, expected "FP32"$/],
  [x({ datatype: "FP64" }), /^the "datatype" of the input "x" is "FP64", expected "FP32"$/],
  [x({ shape: undefined }), /^the "shape" of the input "x" is nothing, expected an array of lengths$/],
  [x({ shape: [2, -3] }), /expected an array of lengths$/],
  [x({ shape: [1.5, 3] }), /expected an array of lengths$/],
  [x({ shape: [2, "3"] }), /expected an array of lengths$/],
  [x({ shape: [6] }), /^the input "x" has shape \[6\], expected \[-1,3\], where -1 is any length$/],
  [x({ shape: [3, 2] }), /^the input "x" has shape \[3,2\], expected \[-1,3\]/],
  [x({ shape: [9, 3] }), /^the input "x" has 9 rows, expected at most max_batch_size 8$/],
  [x({ shape: [9007199254740991, 3] }), /too many elements|expected at most max_batch_size 8$/],
  [x({ data: undefined }), /^the "data" of the input "x" is nothing, expected an array$/],
  [x({ data: "1,2" }), /^the "data" of the input "x" is "1,2", expected an array$/],
  [x({ data: [1, 2, 3] }), /^the input "x" has 3 elements of "data", expected 6 for its shape \[2,3\]$/],
  [
    x({ shape: [0, 3], data: [1, 2] }),
    /^the input "x" has 2 elements of "data", expected 0 for its shape \[0,3\]$/,
  ],
  [x({ data: Array(7).fill(1) }), /^the input "x" has 7 elements of "data", expected 6/],
  [
    x({ data: [[1, 2, 3], [4, 5]] }),
    /nested otherwise than its shape \[2,3\]: on level 1 there is an array of 2$/,
  ],
  [
    x({ data: [[1, 2, 3], 4, 5, 6] }),
    /nested otherwise than its shape \[2,3\]: on level 0 there is an array of 4$/,
  ],
  [x({ data: [[1, 2], [3, 4], [5, 6]] }), /nested otherwise than its shape/],
  [x({ data: [1, 2, 3, 4, 5, "6"] }), /^element 5 of the input "x" is "6", expected a value of FP32$/],
  [x({ data: [1, 2, 3, 4, 5, true] }), /^element 5 of the input "x" is true, expected a value of FP32$/],
  [x({ data: [1, 2, 3, 4, 5, {}] }), /^element 5 of the input "x" is \{\}, expected a value of FP32$/],
  [x({ parameters: [] }), /^"parameters" of the input "x" is \[\], expected an object$/],
  [x({ parameters: { binary_data_size: 24 } }), /^the input "x" has both "data" and a "binary_data_size"$/],
  [
    x({ data: undefined, parameters: { binary_data_size: 24 } }),
    /there is no Inference-Header-Content-Length$/,
  ],
  [x({ data: undefined, parameters: { shared_memory_region: "r" } }), /^shared memory is not supported/],
  [{ ...x({}), outputs: 3 }, /^"outputs" is 3, expected an array$/],
  [{ ...x({}), outputs: [{ name: "z" }] }, /^the model "rows" has no output "z"/],
  [{ ...x({}), outputs: [{ name: "y" }, { name: "y" }] }, /^the output "y" is wanted twice$/],
  [
    { ...x({}), outputs: [{ name: "y", parameters: { binary_data: 1 } }] },
    /^"binary_data" is 1, expected true or false$/,
  ],
  [
    { ...x({}), outputs: [{ name: "y", parameters: { classification: -1 } }] },
    /^"classification" is -1, expected/,
  ],
  [{ ...x({}), parameters: { timeout: "soon" } }, /^"timeout" is "soon", expected microseconds$/],
  [
    '{"inputs": [{"name": "x", "datatype": "FP32", "shape": [NaN, 3], "data": []}]}',
    /^the body is no JSON: /,
  ],
];

Deno.test("a request that is wrong is a 400 that says what was expected", () =>
  serving([rows()], async ({ ask }) => {
    for (const [body, message] of wrong) {
      const { status, json } = await ask("v2/models/rows/infer", body);
      assert.equal(status, 400, `${JSON.stringify(body)} ${JSON.stringify(json)}`);
      assert.match(json.error, message);
    }
    const { json } = await ask("v2/models/rows/infer", x({}));
    assert.deepEqual(json.outputs[0].data, twice, "and the next one is answered");
  }));

Deno.test("integers have no fraction, and fit their type", () =>
  serving([echo(["INT8", "UINT64", "BOOL", "STRING"], [1])], async ({ ask }) => {
    const right: Record<string, unknown> = { INT8: 1, UINT64: 1, BOOL: true, STRING: "a" };
    for (
      const [type, value] of [["INT8", 128], ["INT8", 1.5], ["INT8", null], ["UINT64", -1], ["UINT64", 1.5], [
        "BOOL",
        2,
      ], ["STRING", 7]] as const
    ) {
      const inputs = Object.entries({ ...right, [type]: value }).map(([own, v]) => ({
        name: `x_${own}`,
        datatype: wire(own),
        shape: [1],
        data: [v],
      }));
      const { status, json } = await ask("v2/models/echo/infer", { inputs });
      assert.equal(status, 400);
      assert.match(
        json.error,
        new RegExp(`^element 0 of the input "x_${type}" is .*, expected a value of ${wire(type)}$`),
      );
    }
    const long =
      '{"inputs":[{"name":"x_UINT64","datatype":"UINT64","shape":[1],"data":[18446744073709551616]}]}';
    assert.match(
      (await ask("v2/models/echo/infer", long)).json.error,
      /is 18446744073709551616, expected a value of UINT64$/,
    );
  }));

Deno.test("binary data whose lengths lie are a 400", () =>
  serving([rows(), { ...echo(["STRING"], [2]) }], async ({ ask }) => {
    const input = { name: "x", datatype: "FP32", shape: [2, 3], parameters: { binary_data_size: 24 } };
    const cases: [object, number, string | undefined, RegExp][] = [
      [
        { inputs: [input] },
        23,
        undefined,
        /^the input "x" has a "binary_data_size" of 24, of which 23 bytes are there$/,
      ],
      [{ inputs: [input] }, 25, undefined, /^there are 1 bytes behind the request that belong to no input$/],
      [
        { inputs: [{ ...input, parameters: { binary_data_size: 20 } }] },
        20,
        undefined,
        /^the input "x" has 20 bytes of binary data, expected 24 for shape \[2,3\] of FP32$/,
      ],
      [
        { inputs: [{ ...input, parameters: { binary_data_size: -24 } }] },
        24,
        undefined,
        /expected a number of bytes$/,
      ],
      [
        { inputs: [{ ...input, parameters: { binary_data_size: "24" } }] },
        24,
        undefined,
        /expected a number of bytes$/,
      ],
      [
        { inputs: [{ ...input, parameters: { binary_data_size: 2 ** 50 } }] },
        24,
        undefined,
        /expected 24 for shape/,
      ],
      [
        { inputs: [input] },
        24,
        "100000",
        /^Inference-Header-Content-Length is "100000", expected at most the body's length/,
      ],
      [{ inputs: [input] }, 24, "-1", /^Inference-Header-Content-Length is "-1"/],
      [{ inputs: [input] }, 24, "1e2", /^Inference-Header-Content-Length is "1e2"/],
      [{ inputs: [input] }, 24, "10", /^the body is no JSON/],
    ];
    for (const [json, bytes, length, message] of cases) {
      const [body, init] = binaryBody(json, new Uint8Array(bytes));
      const headers = length === undefined ? init.headers : { "Inference-Header-Content-Length": length };
      const { status, json: answer } = await ask("v2/models/rows/infer", body, { headers });
      assert.equal(status, 400);
      assert.match(answer.error, message);
    }
    const texts: [number[], RegExp][] = [
      [[1, 0, 0, 0, 65], /has 1 elements of binary data, expected 2 for its shape$/],
      [[255, 255, 255, 255, 65, 0, 0, 0, 0], /^element 0 of the input "x" is longer than its binary data$/],
      [[1, 0, 0, 0, 65, 0, 0], /^element 1 of the input "x" is longer than its binary data$/],
      [[1, 0, 0, 0, 255, 0, 0, 0, 0], /^element 0 of the input "x" is no UTF-8, expected text$/],
      [[1, 0, 0, 0, 0, 0, 0, 0, 0], /^element 0 of the input "x" has a character NUL, at which ONNX Runtime/],
    ];
    for (const [bytes, message] of texts) {
      const inputs = [{
        name: "x",
        datatype: "BYTES",
        shape: [2],
        parameters: { binary_data_size: bytes.length },
      }];
      const { status, json } = await ask(
        "v2/models/echo/infer",
        ...binaryBody({ inputs }, Uint8Array.from(bytes)),
      );
      assert.equal(status, 400);
      assert.match(json.error, message);
    }
  }));
