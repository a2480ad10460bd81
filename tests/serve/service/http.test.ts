import assert from "node:assert/strict";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { binaryBody, rows, serving } from "../served.ts";

const ones = { inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [1, 1, 1] }] };
const many = {
  inputs: [{ name: "x", datatype: "FP32", shape: [8, 3], data: Array.from({ length: 24 }, (_, i) => i / 7) }],
};

Deno.test("health, metadata and configuration are those of the protocol", () =>
  serving([rows(), rows("other")], async ({ ask }) => {
    const answers = {
      "v2/health/live": { live: true },
      "v2/health/ready": { ready: true, live: true },
      "v2/models/rows/ready": { name: "rows", ready: true },
      "v2/models/rows/versions/1/ready": { name: "rows", ready: true },
      "v2/models/rows": {
        name: "rows",
        versions: ["1"],
        platform: "onnxruntime_onnx",
        inputs: [{ name: "x", datatype: "FP32", shape: [-1, 3] }],
        outputs: [{ name: "y", datatype: "FP32", shape: [-1, 3] }, {
          name: "s",
          datatype: "FP32",
          shape: [-1, 1],
        }],
      },
    };
    for (const [path, answer] of Object.entries(answers)) {
      assert.deepEqual(await ask(path).then(({ status, json }) => [status, json]), [200, answer]);
    }
    const { name, version, extensions } = (await ask("v2")).json;
    assert.deepEqual([name, typeof version, extensions.includes("binary_tensor_data")], [
      "pyrosaur",
      "string",
      true,
    ]);
    assert.deepEqual((await ask("v2/")).json.name, "pyrosaur", "with and without a mark at the end");
    const { json } = await ask("v2/models/rows/config");
    assert.deepEqual([json.max_batch_size, json.input, json.dynamic_batching], [
      8,
      [{ name: "x", data_type: "TYPE_FP32", dims: [3] }],
      { preferred_batch_size: [], max_queue_delay_microseconds: 0 },
    ]);
  }));

Deno.test("what is not there is a 404, the wrong method a 405, with a text under error", () =>
  serving([rows()], async ({ ask, service }) => {
    const cases: [string, string, number, RegExp][] = [
      ["GET", "", 404, /^there is nothing at \/$/],
      ["GET", "v1/models", 404, /there is nothing/],
      ["GET", "v2/models", 404, /there is nothing/],
      ["GET", "v2/models/rows/versions", 404, /there is nothing/],
      ["GET", "v2/models/rows/trace/setting", 404, /there is nothing/],
      ["POST", "v2/systemsharedmemory/region/r/register", 404, /there is nothing/],
      ["GET", "v2/models/row", 404, /^there is no model "row" \(did you mean "rows"\?\), there is rows$/],
      ["GET", "v2/models/rows/versions/2", 404, /^the model "rows" has no version "2", it has 1$/],
      ["GET", "v2/models/rows/versions/latest/ready", 404, /has no version "latest"/],
      ["GET", "v2/models/rows/versions/01/ready", 404, /has no version "01"/],
      ["GET", "v2/models/rows/versions/0x1/ready", 404, /has no version "0x1"/],
      ["GET", "v2/models/rows/versions/1e0/ready", 404, /has no version "1e0"/],
      ["GET", "v2/models/..%2F..%2Fetc%2Fpasswd", 404, /^there is no model "\.\.\/\.\.\/etc\/passwd"/],
      ["POST", "v2/repository/models/..%2Frows/load", 404, /^there is no model "\.\.\/rows"/],
      ["POST", "v2/repository/models/rows%00/load", 404, /^there is no model/],
      ["GET", "v2/models/%E0%A4%A", 404, /there is nothing/],
      ["GET", `v2/models/${"a".repeat(3000)}`, 404, /there is nothing/],
      ["GET", "v2/models/__proto__", 404, /^there is no model "__proto__"/],
      ["GET", "v2/models/rows/infer", 405, /^the method is GET, expected POST$/],
      ["POST", "v2/health/live", 405, /^the method is POST, expected GET$/],
      ["DELETE", "v2/models/rows", 405, /^the method is DELETE, expected GET$/],
    ];
    for (const [method, path, status, message] of cases) {
      const found = await ask(path, undefined, { method });
      assert.equal(found.status, status, path);
      assert.match(found.json.error, message);
      assert.equal(found.response.headers.get("content-type"), "application/json");
    }
    const { headers } = await service.handle(new Request("http://h/v2/models/rows/infer"));
    assert.equal(headers.get("allow"), "POST");
  }));

for (
  const [name, pack, unpack] of [["gzip", gzipSync, gunzipSync], [
    "deflate",
    deflateSync,
    inflateSync,
  ]] as const
) {
  Deno.test(`bodies may be packed by ${name}, and answers are where the request accepts it`, () =>
    serving([rows()], async ({ ask }) => {
      const plain = await ask("v2/models/rows/infer", many),
        headers = { "content-encoding": name, "accept-encoding": name };
      const { response } = await ask("v2/models/rows/infer", pack(JSON.stringify(many)), { headers });
      const small = new Uint8Array(await response.arrayBuffer()),
        isPacked = response.headers.has("content-encoding");
      assert.deepEqual(
        JSON.parse(String(isPacked ? unpack(small) : new TextDecoder().decode(small))),
        plain.json,
      );
      const values = new Float32Array(24).fill(0.5), bytes = new Uint8Array(values.buffer);
      const [body, init] = binaryBody({
        inputs: [{ name: "x", datatype: "FP32", shape: [8, 3], parameters: { binary_data_size: 96 } }],
      }, bytes);
      const binary = await ask("v2/models/rows/infer", pack(body), {
        headers: { ...init.headers as Record<string, string>, "content-encoding": name },
      });
      assert.deepEqual(binary.json.outputs[0].data, Array(24).fill(1));
    }));
}

Deno.test("a large answer is packed only where the request accepts it", () =>
  serving([rows("rows", 2, { maxBatchSize: 512 })], async ({ ask }) => {
    const body = { inputs: [{ name: "x", datatype: "FP32", shape: [300, 3], data: Array(900).fill(0.25) }] };
    const plain = await ask("v2/models/rows/infer", body);
    assert.equal(plain.response.headers.get("content-encoding"), null);
    const refused = await ask("v2/models/rows/infer", body, {
      headers: { "accept-encoding": "br, gzip;q=0" },
    });
    assert.equal(refused.response.headers.get("content-encoding"), null);
    const { response } = await ask("v2/models/rows/infer", body, {
      headers: { "accept-encoding": "br, gzip" },
    });
    assert.equal(response.headers.get("content-encoding"), "gzip");
    assert.deepEqual(JSON.parse(String(gunzipSync(await response.arrayBuffer()))), plain.json);
  }));

Deno.test("headers that an earlier call left behind are a 400 that says so", () =>
  serving([rows()], async ({ ask }) => {
    const stale: Record<string, string>[] = [{ "content-encoding": "gzip" }, {
      "inference-header-content-length": "5000",
    }];
    for (const headers of stale) {
      const { status, json } = await ask("v2/models/rows/infer", ones, {
        headers,
      });
      assert.equal(status, 400);
      assert.match(json.error, /headers that an earlier call has filled is not to be used again$/);
    }
    const other = await ask("v2/models/rows/infer", ones, { headers: { "content-encoding": "br" } });
    assert.deepEqual([other.status, other.json.error], [
      415,
      "Content-Encoding is br, expected gzip, deflate or none",
    ]);
  }));

Deno.test("a body beyond the bounds is a 413, packed or not", () =>
  serving([rows()], async ({ ask }) => {
    const large = new Uint8Array(2000);
    for (
      const [body, init] of [
        [large, {}],
        [large, { headers: { "content-length": "2000" } }],
        [gzipSync(new Uint8Array(1e6)), { headers: { "content-encoding": "gzip" } }],
      ] as const
    ) {
      const { status, json } = await ask("v2/models/rows/infer", body, init);
      assert.deepEqual([status, json.error], [413, "the body is too large, expected at most 1500 bytes"]);
    }
    assert.equal((await ask("v2/models/rows/infer", ones)).status, 200);
  }, { maxBodyBytes: 1500 }));

Deno.test("a body that does not come in time is a 408, one that breaks off a 400", () =>
  serving([rows()], async ({ ask }) => {
    const slow = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Uint8Array.of(123)),
    });
    const { status, json } = await ask("v2/models/rows/infer", slow);
    assert.deepEqual([status, json.error], [408, "the body did not come within 100 ms"]);
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
    assert.equal((await ask("v2/models/rows/infer", broken)).status, 400);
  }, { bodyTimeout: 100 }));

Deno.test("with a token, all but health needs it", () =>
  serving([rows()], async ({ ask }) => {
    assert.equal((await ask("v2/health/live")).status, 200);
    assert.equal((await ask("v2/health/ready")).status, 200);
    for (const authorization of [undefined, "Bearer wrong", "Basic secret", "secret", "Bearer secret2"]) {
      const headers = authorization === undefined ? {} : { authorization };
      const { status, json, response } = await ask("v2/models/rows/infer", ones, {
        headers: headers as Record<string, string>,
      });
      assert.deepEqual([status, response.headers.get("www-authenticate")], [401, "Bearer"]);
      assert.match(json.error, /^a bearer token is needed/);
    }
    assert.equal((await ask("v2", undefined, { headers: { authorization: "bearer secret" } })).status, 200);
  }, { token: "secret" }));

Deno.test("pages of other sites may not ask, unless their origin is told", async () => {
  const headers = { origin: "https://example.org", host: "localhost" };
  await serving([rows()], async ({ ask }) => {
    assert.equal((await ask("v2/models/rows/infer", ones, { headers })).status, 403);
    assert.equal(
      (await ask("v2", undefined, { headers: { origin: "http://localhost", host: "localhost" } })).status,
      200,
    );
    assert.equal((await ask("v2", undefined, { headers, method: "OPTIONS" })).status, 403);
  });
  await serving([rows()], async ({ ask }) => {
    const { status, response } = await ask("v2/models/rows/infer", ones, { headers });
    assert.deepEqual([status, response.headers.get("access-control-allow-origin")], [
      200,
      "https://example.org",
    ]);
    const { response: may } = await ask("v2", undefined, { headers, method: "OPTIONS" });
    assert.deepEqual([may.status, may.headers.get("access-control-allow-methods")], [204, "GET, POST"]);
    const wrong = await ask("v2/models/rows/infer", {}, { headers });
    assert.deepEqual([wrong.status, wrong.response.headers.get("access-control-allow-origin")], [
      400,
      "https://example.org",
    ]);
    assert.equal((await ask("v2", undefined, { headers: { origin: "https://example.com" } })).status, 403);
  }, { origins: ["https://example.org"] });
});

Deno.test("what is beside the protocol's paths, as a page is, is logged and counted with it", async () => {
  const log: string[] = [];
  const beside = ({ url }: Request) =>
    url.endsWith("/page") ? Promise.resolve(new Response("a page")) : undefined;
  await serving([rows()], async ({ ask, service }) => {
    assert.equal(await (await ask("page")).response.text(), "a page");
    assert.equal((await ask("pages")).status, 404);
    assert.equal((await ask("v2/models/rows/infer", ones)).status, 200);
    assert.deepEqual(log, ["GET /page 200", "GET /pages 404", "POST /v2/models/rows/infer 200"]);
    const metrics = await (await ask("metrics")).response.text();
    assert.match(metrics, /^pyrosaur_answers_total\{status="200"\} 2$/m);
    await service.close();
    assert.equal((await ask("page")).status, 503);
  }, { beside, log: ({ method, path, status }) => log.push(`${method} ${path} ${status}`) });
});

Deno.test("the paths may be behind another", () =>
  serving([rows()], async ({ ask }) => {
    assert.equal((await ask("models/v2/models/rows")).status, 200);
    assert.equal((await ask("v2/models/rows")).status, 404);
  }, { base: "/models" }));
