import assert from "node:assert/strict";
import { threadsFor } from "../../../lib/compile/engine/onnx_runtime.ts";
import { onOneProcessor, pinnedTest } from "../../one_processor.ts";

Deno.test("threadsFor() keeps the number that is asked for", async () =>
  assert.equal(await threadsFor(3), 3));

const pinned = pinnedTest("a process that may run on one core asks ONNX Runtime for one thread");
Deno.test({
  ...pinned,
  ignore: pinned.ignore || navigator.hardwareConcurrency < 2,
  fn: async () => {
    const module = new URL("../../../lib/compile/engine/onnx_runtime.ts", import.meta.url).href;
    const program = `import { threadsFor } from ${JSON.stringify(module)}; console.log(await threadsFor(0));`;
    assert.equal(await onOneProcessor(program, "--allow-all"), "1");
    const few = await onOneProcessor(program, "--allow-read", "--allow-env");
    assert.equal(few, "0", "without permission to look at the machine");
  },
});
