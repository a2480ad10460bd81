import assert from "node:assert/strict";
import { openService, writeModels } from "../../../lib/serve/mod.ts";
import { echo, rows, serving } from "../served.ts";

const ones = { inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [1, 1, 1] }] };

Deno.test("index, load and unload: what was unloaded is a 503 until it is loaded again", () =>
  serving([rows(), rows("other")], async ({ ask }) => {
    const index = async (body: object = {}) => (await ask("v2/repository/index", body)).json;
    const ready = (name: string) => ({ name, version: "1", state: "READY", reason: "" });
    assert.deepEqual(await index(), [ready("other"), ready("rows")]);
    assert.equal((await ask("v2/repository/models/other/unload", "")).status, 200);
    assert.deepEqual(await index(), [
      { name: "other", state: "UNAVAILABLE", reason: "unloaded" },
      ready("rows"),
    ]);
    assert.deepEqual(await index({ ready: true }), [ready("rows")]);
    assert.deepEqual(
      await ask("v2/models/other/infer", ones).then(({ status, json }) => [status, json.error]),
      [503, 'the model "other" is not ready: unloaded'],
    );
    assert.equal((await ask("v2/health/ready")).status, 200, "it is not to be there");
    const load = { parameters: { unload_dependents: false } };
    assert.equal((await ask("v2/repository/models/other/unload", load)).status, 200);
    assert.equal((await ask("v2/repository/models/other/load", "")).status, 200);
    assert.equal((await ask("v2/models/other/infer", ones)).status, 200);
    const { status, json } = await ask("v2/repository/models/other/load", { parameters: { config: "{}" } });
    assert.deepEqual([status, json.error], [
      400,
      'the parameter "config" is not supported: models are loaded as the repository has them',
    ]);
  }));

Deno.test("the newest version answers, unless one is named; versions come and go by load", () =>
  serving([rows()], async ({ ask, folder }) => {
    const run = async (version = "") => (await ask(`v2/models/rows${version}/infer`, ones)).json;
    await Deno.mkdir(`${folder}/rows/10`);
    await writeModels(`${folder}-new`, [rows("rows", 7)]);
    await Deno.copyFile(`${folder}-new/rows/1/model.onnx`, `${folder}/rows/10/model.onnx`);
    await Deno.remove(`${folder}-new`, { recursive: true });
    assert.deepEqual((await run()).outputs[0].data, [2, 2, 2], "not before it is loaded");
    assert.equal((await ask("v2/repository/models/rows/load", "")).status, 200);
    const newest = await run(), first = await run("/versions/1");
    assert.deepEqual([newest.model_version, newest.outputs[0].data], ["10", [7, 7, 7]]);
    assert.deepEqual([first.model_version, first.outputs[0].data], ["1", [2, 2, 2]]);
    assert.deepEqual((await ask("v2/models/rows")).json.versions, ["1", "10"]);
    await Deno.remove(`${folder}/rows/10`, { recursive: true });
    assert.deepEqual((await run()).outputs[0].data, [7, 7, 7], "files may change while it runs");
    await ask("v2/repository/models/rows/load", "");
    assert.deepEqual((await run()).outputs[0].data, [2, 2, 2]);
  }));

Deno.test("a damaged version is named, and the others are served", () =>
  serving([rows(), rows("other")], async ({ ask, folder }) => {
    const path = `${folder}/rows/1/model.onnx`, bytes = await Deno.readFile(path);
    for (
      const [damaged, reason] of [[bytes.slice(0, bytes.length / 2), /is no ONNX model/], [
        bytes.map((b, i) => i > 60 && i < 200 ? b ^ 1 : b),
        /./,
      ]] as const
    ) {
      await Deno.writeFile(path, damaged);
      const { status, json } = await ask("v2/repository/models/rows/load", "");
      assert.equal(status, 400);
      assert.match(json.error, /^Cannot load the model "rows": /);
      assert.match(json.error, reason);
      assert.equal((await ask("v2/models/rows/infer", ones)).status, 200, "what was loaded goes on");
    }
    const fresh = await openService(folder, { workers: 1 });
    try {
      const get = (path: string) => fresh.handle(new Request(`http://h/${path}`));
      assert.deepEqual((await fresh.problems()).map((text) => text.split(":")[0]), ["rows, version 1"]);
      assert.equal((await get("v2/models/rows/ready")).status, 503);
      assert.equal((await get("v2/models/other/ready")).status, 200);
      assert.equal((await get("v2/health/ready")).status, 503);
      assert.equal((await get("v2/health/live")).status, 200);
    } finally {
      await fresh.close();
    }
  }));

Deno.test("models that ONNX Runtime does not take are named, with a word on what would do", async () => {
  const model = rows(), { bytes } = model;
  // The first field of the file is ir_version.
  assert.deepEqual([bytes[0], bytes[1]], [8, 9]);
  const newest = echo(["FP32"], [-1], { name: "newest" }), { length } = newest.bytes;
  // The last one the version of the operators: onnx 1.23 writes 28, with 14 for the file's.
  assert.deepEqual([...newest.bytes.slice(-6, -1)], [66, 4, 10, 0, 16]);
  await serving([
    { ...model, bytes: Uint8Array.from(bytes, (b, i) => i === 1 ? 14 : b) },
    echo(["BF16"]),
    { ...newest, bytes: Uint8Array.from(newest.bytes, (b, i) => i === length - 1 ? 28 : b) },
    echo(["FP32"], [-1], { name: "well" }),
  ], async ({ service, ask }) => {
    const [bf16, opset, newer] = await service.problems();
    assert.match(
      opset,
      /^newest, version 1: .*opset.*; export it with ir_version 13 and opset 26 at most$/i,
    );
    const { status, json } = await ask("v2/models/newest/infer", {
      inputs: [{ name: "x", datatype: "FP32", shape: [1], data: [1] }],
    });
    assert.equal(status, 503);
    assert.match(json.error, /^the model "newest" is not ready: .*opset 26 at most$/);
    assert.equal((await ask("v2/models/well/ready")).status, 200);
    assert.match(
      bf16,
      /^echo, version 1: its tensor "x" is BF16, which ONNX Runtime for JavaScript does not have$/,
    );
    assert.match(
      newer,
      /^rows, version 1: .*IR version.*; export it with ir_version 13 and opset 26 at most$/,
    );
  });
});

Deno.test("openService() refuses a folder that is none, and options that are none", async () => {
  await assert.rejects(
    openService("/nowhere"),
    /^Error: Cannot read the model repository \/nowhere: there is no such folder$/,
  );
  await assert.rejects(
    openService("/nowhere", { worker: 1 } as never),
    /there is no option "worker" \(did you mean "workers"\?\)/,
  );
  await assert.rejects(
    openService("/nowhere", { workers: 0 }),
    /^Error: Cannot open a service: workers is 0, expected a positive integer$/,
  );
});

Deno.test("statistics and metrics count requests, failures, batches and times", () =>
  serving([rows()], async ({ ask }) => {
    for (let i = 0; i < 3; i++) await ask("v2/models/rows/infer", ones);
    await ask("v2/models/rows/infer", {});
    for (const path of ["v2/models/stats", "v2/models/rows/stats", "v2/models/rows/versions/1/stats"]) {
      const { model_stats: [own] } = (await ask(path)).json;
      assert.deepEqual([own.name, own.version, own.inference_count, own.execution_count], [
        "rows",
        "1",
        3,
        3,
      ]);
      assert.deepEqual([own.inference_stats.success.count, own.inference_stats.fail.count], [3, 1]);
      assert.ok(own.inference_stats.success.ns >= own.inference_stats.compute_infer.ns);
      assert.deepEqual(own.batch_stats.map((s: any) => [s.batch_size, s.compute_infer.count]), [[1, 3]]);
    }
    const text = await (await ask("metrics")).response.text(), labels = 'model="rows",version="1"';
    for (
      const line of [
        `pyrosaur_requests_total{${labels}} 4`,
        `pyrosaur_failures_total{${labels}} 1`,
        `pyrosaur_batch_rows_bucket{${labels},le="1"} 3`,
        `pyrosaur_batch_rows_bucket{${labels},le="+Inf"} 3`,
        `pyrosaur_queue_seconds_count{${labels}} 3`,
        'pyrosaur_answers_total{status="400"} 1',
        "pyrosaur_workers 1",
      ]
    ) assert.ok(text.split("\n").includes(line), `${line} in\n${text}`);
    assert.ok(
      text.split("\n").every((line) => line === "" || /^# (HELP|TYPE) \w+ |^\w+(\{.*\})? \S+$/.test(line)),
    );
  }));
