import assert from "node:assert/strict";
import { vectorMachine } from "../../lib/compile/internals.ts";
import { describeEnvironment } from "../../tasks/runner/environment.ts";

Deno.test("a record's environment says if numbers were multiplied and added with one rounding", () => {
  const engineOf = (engine: string) =>
    describeEnvironment({ engine, device: "cpu", dtype: "float32" }).engine;
  const rounding = vectorMachine().isFused ? ", fused multiply-add" : "";
  assert.deepEqual(["auto", "wasm"].map(engineOf), [`auto${rounding}`, `wasm${rounding}`]);
  // These two do not compute in vectors of ours.
  assert.deepEqual(["js", "onnx"].map(engineOf), ["js", "onnx"]);
});
