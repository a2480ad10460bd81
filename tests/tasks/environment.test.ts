import assert from "node:assert/strict";
import { forgetChoices, noteChoice } from "../../lib/system/mod.ts";
import { compile } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { vectorMachine } from "../../lib/compile/internals.ts";
import { describeEnvironment } from "../../tasks/runner/environment.ts";
import { onOneProcessor, pinnedTest } from "../one_processor.ts";

const engineOf = (engine: string, backend?: string) =>
  describeEnvironment({ engine, device: "cpu", dtype: "float32", backend }).engine;
const rounding = vectorMachine().isFused ? ", fused multiply-add" : "";

Deno.test("a record's environment says which engines auto took, and if one multiplied and added with one rounding", async () => {
  forgetChoices("engine");
  assert.equal(engineOf("auto"), "auto");
  await compile((x: Tensor) => x.add(1), { engine: "onnx" })(tf.ones([3]));
  assert.equal(engineOf("auto"), "auto", "an engine that was asked for is not one that auto took");
  await compile((x: Tensor) => x.add(1))(tf.ones([3]));
  assert.equal(engineOf("auto"), "auto (js)");
  noteChoice("engine", "wasm");
  assert.equal(engineOf("auto", "cpu"), `auto (js, wasm) on cpu${rounding}`);
  forgetChoices("engine");
});

Deno.test("an engine that was asked for is named, with its rounding where it computes in vectors of ours", () => {
  assert.deepEqual(["wasm", "js", "onnx"].map((engine) => engineOf(engine)), [
    `wasm${rounding}`,
    "js",
    "onnx",
  ]);
  assert.equal(engineOf("tfjs", "wasm"), "tfjs on wasm");
});

Deno.test({
  ...pinnedTest("a run that may use one processor has one, whatever the machine has"),
  fn: async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../tasks/${path}`, import.meta.url).href);
    const program = `import { describeEnvironment } from ${module("runner/environment.ts")};
      import { machine } from ${module("doctor/machine.ts")};
      const { cores } = describeEnvironment({ engine: "js", device: "cpu", dtype: "float32" });
      console.log(cores, machine()[1].finding.match(/, (\\d+) cores?,/)[1]);`;
    assert.equal(await onOneProcessor(program, "--allow-all"), "1 1");
  },
});
