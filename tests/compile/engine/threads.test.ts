import assert from "node:assert/strict";
import { threadsFor } from "../../../lib/compile/engine/onnx_runtime.ts";

const pinned = await new Deno.Command("taskset", { args: ["-c", "0", Deno.execPath(), "--version"] })
  .output().then(({ success }) => success, () => false);

Deno.test("threadsFor() keeps the number that is asked for", async () =>
  assert.equal(await threadsFor(3), 3));

Deno.test({
  name: `a process that may run on one core asks ONNX Runtime for one thread${
    pinned ? "" : " (skipped: taskset -c 0 does not run here)"
  }`,
  ignore: !pinned || navigator.hardwareConcurrency < 2,
  fn: async () => {
    const module = new URL("../../../lib/compile/engine/onnx_runtime.ts", import.meta.url).href;
    const program = `import { threadsFor } from ${JSON.stringify(module)}; console.log(await threadsFor(0));`;
    const run = async (...flags: string[]) => {
      const path = await Deno.makeTempFile({ suffix: ".ts" });
      await Deno.writeTextFile(path, program);
      const args = ["-c", "0", Deno.execPath(), "run", "--no-check", "--no-prompt", ...flags, path];
      const { stdout, stderr } = await new Deno.Command("taskset", { args }).output();
      await Deno.remove(path);
      return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
    };
    assert.equal(await run("-A"), "1\n");
    assert.equal(
      await run("--allow-read", "--allow-env"),
      "0\n",
      "without permission to look at the machine",
    );
  },
});
