import assert from "node:assert/strict";
import { reproduce } from "../../tasks/reproduce.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { entryOf, fake, memoryTerminal } from "./fake.ts";

Deno.test("reproduce --engine tfjs --backend runs on that backend, and its record says so", () =>
  inTemporaryFolder(async (cwd) => {
    let used = "";
    const experiment = {
      ...fake,
      report: (...given: Parameters<typeof fake.report>) => (used = tf.getBackend(), fake.report(...given)),
    };
    const args = ["fake", "--engine", "tfjs", "--backend", "wasm", "--data", "simulated"];
    try {
      assert.equal(
        await reproduce(args, { registry: [entryOf(experiment)], cwd, terminal: memoryTerminal() }),
        0,
      );
    } finally {
      await tf.setBackend("cpu");
    }
    assert.equal(used, "wasm");
    const record = JSON.parse(await Deno.readTextFile(`${cwd}/.pyrosaur/simulated/fake/quick.json`));
    assert.equal(record.environment.engine, "tfjs on wasm");
  }));

const mistakes: [args: string[], message: string][] = [
  [
    ["--backend", "cpu"],
    "The option --backend needs --engine tfjs: engine auto does not run eager operations",
  ],
  [
    ["--engine", "js", "--backend", "cpu"],
    "The option --backend needs --engine tfjs: engine js does not run eager operations",
  ],
  [
    ["--engine", "tfjs", "--backend", "tensorflw"],
    'Invalid value "tensorflw" of --backend (did you mean "tensorflow"?): expected one of auto, tensorflow, webgpu, wasm, cpu',
  ],
];
for (const [args, message] of mistakes) {
  Deno.test(`reproduce ${args.join(" ")} is a mistake`, async () => {
    const lines: string[] = [], before = console.error;
    console.error = (line) => lines.push(String(line));
    try {
      assert.equal(await reproduce(args, { registry: [], terminal: memoryTerminal() }), 1);
    } finally {
      console.error = before;
    }
    assert.deepEqual(lines, [message]);
  });
}
