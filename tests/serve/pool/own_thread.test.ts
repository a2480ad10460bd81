import assert from "node:assert/strict";
import { encodeModel } from "../../../lib/compile/onnx/proto.ts";
import { OwnThread } from "../../../lib/serve/pool/own_thread.ts";
import type { WireTensor } from "../../../lib/serve/protocol/datatypes.ts";
import { echo } from "../served.ts";

const tensor = (rows: number): WireTensor => ({
  name: "x",
  datatype: "FP32",
  shape: [rows],
  data: new Uint8Array(Float32Array.from({ length: rows }, (_, i) => i).buffer),
});

const order = (load: string, bytes: Uint8Array) => ({ load, bytes, wanted: ["y"], threads: 1, source: load });

Deno.test("a model runs in the server's own thread once it was quick with such inputs", async () => {
  const own = new OwnThread(), quick = (rows: number) => own.isQuick("m", [tensor(rows)], rows);
  own.learn("m", [tensor(2)], 2, 0.01);
  assert.equal(quick(2), false, "not before it is loaded");
  await own.load(order("m", echo(["FP32"]).bytes));
  assert.equal(quick(2), false, "not before its time is known");
  own.learn("m", [tensor(3)], 3, 0.01);
  assert.deepEqual([2, 3, 4, 5].map(quick), [false, true, true, false], "of as many rows");
  own.learn("m", [tensor(3)], 3, 50);
  assert.equal(quick(3), true, "a single run may be held up");
  for (let i = 0; i < 40; i++) own.learn("m", [tensor(3)], 3, 50);
  assert.equal(quick(3), false, "many are not");

  const run = own.run("m", [tensor(3)]);
  assert.equal(own.isBusy, true);
  const { outputs: [{ data }], milliseconds } = await run;
  assert.equal(own.isBusy, false);
  assert.deepEqual([...new Float32Array((data as Uint8Array).slice().buffer)], [0, 1, 2]);
  assert.ok(milliseconds < 1000);
  own.unload("m");
  own.learn("m", [tensor(3)], 3, 0.01);
  assert.equal(quick(3), false);
});

Deno.test("models whose time does not follow from the shapes of their inputs stay in Workers", async () => {
  const own = new OwnThread(), { bytes } = echo(["FP32"]);
  for (const opType of ["Loop", "If", "Scan", "SequenceMap"]) {
    const graph = {
      input: [],
      output: [],
      name: "g",
      node: [{ opType, input: [], output: [], attribute: [] }],
    };
    await own.load(order(opType, encodeModel(graph)));
    own.learn(opType, [tensor(1)], 1, 0.01);
    assert.equal(own.isQuick(opType, [tensor(1)], 1), false, opType);
  }
  const large = new Uint8Array(2 ** 23 + 1);
  large.set(bytes);
  await own.load(order("large", large));
  own.learn("large", [tensor(1)], 1, 0.01);
  assert.equal(own.isQuick("large", [tensor(1)], 1), false);
});
