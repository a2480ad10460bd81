import assert from "node:assert/strict";
import { encodeModel } from "../../lib/compile/onnx/proto.ts";
import { exportOnnx, scan } from "../../lib/compile/mod.ts";
import type { RepositoryModel } from "../../lib/serve/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { echo, rows, serving } from "./served.ts";

/** The ways of clients and runtimes that the server is made for, and the tests that hold each of them. */
const LINES: readonly (readonly [line: string, ...tests: string[]])[] = [
  [
    "tritonclient sends JSON without Content-Type and Accept, with bare NaN and Infinity in data",
    "clients: JSON without a Content-Type, with bare NaN and Infinity, is answered",
    "protocol/exact_json: parseExactJson() reads NaN and infinity within data, and nowhere else",
  ],
  [
    "tritonclient asks for binary data unless told otherwise, and has every method for what is served",
    "tritonclient: tritonclient[http] is answered in every method for what is served",
  ],
  [
    "tritonclient changes the caller's headers: the next call announces gzip, and a stale length",
    "service/http: headers that an earlier call left behind are a 400 that says so",
  ],
  [
    "null is nan in FP32; bare NaN and texts are too; kserve and mlserver write null",
    "protocol/infer: FP32 goes through unharmed, as JSON and as binary data",
    "recorded: requests of ",
  ],
  [
    "204 is not ready, an error's body is JSON with a text under error, an empty 503 says nothing",
    "clients: health has a body, and every error a text",
  ],
  [
    "an input [0, 3] comes as binary_data_size 0",
    "protocol/infer: an input of no rows comes with a binary_data_size of 0",
  ],
  [
    "BF16 is real bfloat16; IR above 13 and opsets above 26 are what onnx writes by default",
    "service/repository: models that ONNX Runtime does not take are named, with a word on what would do",
  ],
  [
    "kserve writes null keys, mlserver adds an axis to vectors",
    "protocol/infer: data may be nested as the shape is, null keys are none, and a column is a vector",
    "recorded: requests of ",
  ],
  [
    "float16 is a Float16Array under Deno, bool a Uint8Array, a text is cut at NUL",
    "protocol/infer: FP16 goes through unharmed, as JSON and as binary data",
    "protocol/infer: BOOL goes through unharmed, as JSON and as binary data",
    "protocol/infer: binary data whose lengths lie are a 400",
  ],
  [
    'unnamed lengths are "", and an output declared [2] can come with 3 values',
    "clients: an output has the shape that it came with, whatever the model declares",
  ],
  [
    "Scan over no steps is an error of ONNX Runtime",
    "clients: sequences of no steps are answered",
  ],
  [
    "onnxruntime-web's default entry loads 28 MB of wasm, onnxruntime-web/wasm 14 MB",
    "playground/handler: ONNX Runtime is the one for processors alone, half as large as that for GPUs too",
  ],
  [
    "Deno.serve packs nothing unless told to",
    "clients: an answer is packed once, by the service, behind Deno.serve",
  ],
];

Deno.test("each of the clients' ways has its test", async () => {
  const missing: string[] = [];
  for (const [line, ...tests] of LINES) {
    for (const test of tests) {
      const [file, name] = test.split(/: (.*)/s);
      const text = await Deno.readTextFile(new URL(`./${file}.test.ts`, import.meta.url));
      // Names may be made of parts: FP32 of all types.
      const part = name.replace(/^(FP16|FP32|BOOL) /, "} ");
      const named = text.split(/Deno\.test\(/).slice(1).some((body) => body.slice(0, 300).includes(part));
      if (!named) missing.push(`${line}: ${test}`);
    }
  }
  assert.deepEqual(missing, []);
});

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("JSON without a Content-Type, with bare NaN and Infinity, is answered", () =>
  serving([rows()], async ({ ask }) => {
    const inputs = '[{"name":"x","datatype":"FP32","shape":[1,3],"data":[NaN,-Infinity,Infinity]}]';
    const request = new Request("http://h/", { method: "POST", body: bytesOf("{}") });
    assert.deepEqual([...request.headers.keys()], [], "bytes announce no type");
    const { status, json } = await ask("v2/models/rows/infer", bytesOf(`{"inputs":${inputs}}`));
    assert.equal(status, 200);
    assert.deepEqual(json.outputs[0].data, ["NaN", "-Infinity", "Infinity"]);
  }));

Deno.test("health has a body, and every error a text", () =>
  serving([rows(), rows("other")], async ({ ask, service }) => {
    for (const path of ["v2/health/live", "v2/health/ready", "v2/models/rows/ready"]) {
      const { status, json } = await ask(path);
      assert.deepEqual([status, typeof json], [200, "object"], path);
    }
    await ask("v2/repository/models/other/unload", "");
    const asked: [number, string, BodyInit | undefined, RequestInit?][] = [
      [400, "v2/models/rows/infer", "{"],
      [404, "v2/models/nothing/infer", "{}"],
      [405, "v2/models/rows/infer", undefined],
      [413, "v2/models/rows/infer", " ".repeat(5000)],
      [415, "v2/models/rows/infer", "{}", { headers: { "content-encoding": "br" } }],
      [503, "v2/models/other/infer", "{}"],
      [503, "v2/models/other/ready", undefined],
    ];
    for (const [expected, path, body, init] of asked) {
      const { status, json } = await ask(path, body, init);
      assert.deepEqual([status, Object.keys(json), typeof json.error], [expected, ["error"], "string"]);
    }
    await service.close();
    const { status, json } = await ask("v2/health/ready");
    assert.deepEqual([status, json], [503, { error: "the server is shutting down" }]);
  }, { maxBodyBytes: 4000 }));

/** A model that gives its input of any length back, as an output of which it declares two values. */
function boastful(): RepositoryModel {
  const { config } = echo(["FP32"], [-1], { name: "boastful" });
  const value = (name: string, dim: { dimValue?: number }[]) => ({
    name,
    type: { tensorType: { elemType: 1, shape: { dim } } },
  });
  const bytes = encodeModel({
    name: "boastful",
    node: [{ opType: "Identity", input: ["x"], output: ["y"], attribute: [] }],
    // A length without a name and without a value.
    input: [value("x", [{}])],
    output: [value("y", [{ dimValue: 2 }])],
  });
  return { config: { ...config, output: [{ ...config.output![0], dims: [2] }] }, bytes };
}

Deno.test("an output has the shape that it came with, whatever the model declares", () =>
  serving([boastful()], async ({ ask, service }) => {
    assert.deepEqual(await service.problems(), []);
    assert.deepEqual((await ask("v2/models/boastful")).json.outputs[0].shape, [2]);
    const inputs = [{ name: "x", datatype: "FP32", shape: [3], data: [1, 2, 3] }];
    const { status, json } = await ask("v2/models/boastful/infer", { inputs });
    assert.equal(status, 200, JSON.stringify(json));
    assert.deepEqual(json.outputs, [{ name: "y", datatype: "FP32", shape: [3], data: [1, 2, 3] }]);
  }));

Deno.test("sequences of no steps are answered", () => {
  const run = (start: Tensor, steps: Tensor) => {
    const step = (sum: Tensor, x: Tensor): [Tensor, Tensor] => [sum.add(x), sum.mul(x)];
    const [last, products] = scan(step, start, steps);
    return { last, products };
  };
  const { bytes } = exportOnnx(run, [tf.zeros([2]), tf.zeros([3, 2])], {
    inputs: ["start", "steps"],
    axes: [null, ["T", null]],
  });
  const tensor = (name: string, dims: number[]) => ({ name, dataType: "FP32" as const, dims });
  const config = {
    name: "sums",
    input: [tensor("start", [2]), tensor("steps", [-1, 2])],
    output: [tensor("last", [2]), tensor("products", [-1, 2])],
  };
  return serving([{ config, bytes }], async ({ ask }) => {
    for (const [steps, last, products] of [[[1, 2], [6, 8], [5, 12]], [[], [5, 6], []]]) {
      const inputs = [
        { name: "start", datatype: "FP32", shape: [2], data: [5, 6] },
        { name: "steps", datatype: "FP32", shape: [steps.length / 2, 2], data: steps },
      ];
      const { status, json } = await ask("v2/models/sums/infer", { inputs });
      assert.equal(status, 200, JSON.stringify(json));
      assert.deepEqual(json.outputs.map(({ data }: { data: number[] }) => data), [last, products]);
    }
  });
});

Deno.test("an answer is packed once, by the service, behind Deno.serve", () =>
  serving([rows("rows", 2, { maxBatchSize: 1000 })], async ({ service }) => {
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, service.handle);
    try {
      const data = Array.from({ length: 900 }, (_, i) => i);
      const inputs = [{ name: "x", datatype: "FP32", shape: [300, 3], data }];
      for (const accepted of ["gzip", "identity"]) {
        // Written by hand: fetch would unpack the answer.
        using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
        const body = bytesOf(JSON.stringify({ inputs }));
        const head = `POST /v2/models/rows/infer HTTP/1.1\r\nHost: h\r\nAccept-Encoding: ${accepted}\r\n` +
          `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
        await connection.write(bytesOf(head));
        await connection.write(body);
        const answer = new Uint8Array(await new Response(connection.readable).arrayBuffer());
        const end = new TextDecoder("latin1").decode(answer).indexOf("\r\n\r\n");
        const lines = new TextDecoder().decode(answer.subarray(0, end)).toLowerCase().split("\r\n");
        const packed = lines.filter((line) => line.startsWith("content-encoding"));
        assert.deepEqual(packed, accepted === "gzip" ? ["content-encoding: gzip"] : []);
        const sent = new Blob([answer.subarray(end + 4)]).stream();
        const whole = packed.length ? sent.pipeThrough(new DecompressionStream("gzip")) : sent;
        assert.deepEqual((await new Response(whole).json()).outputs[0].data, data.map((x) => 2 * x));
      }
    } finally {
      await server.shutdown();
    }
  }));
