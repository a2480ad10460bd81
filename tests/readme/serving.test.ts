import assert from "node:assert/strict";
import { exportCommand } from "../../tasks/export.ts";
import { openService } from "../../lib/serve/mod.ts";
import { runProgram } from "../../lib/system/mod.ts";
import { run } from "../python.ts";
import { memoryTerminal } from "../tasks/fake.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { blocks } from "./sections.ts";

/** Runs `body` with the exported models at an address, in the place of the README's. */
function served(body: (here: (block: string) => string) => Promise<void>): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    assert.equal(await exportCommand(["dmm", "--out", folder], { terminal: memoryTerminal() }), 0);
    const service = await openService(folder, { workers: 1 });
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, service.handle);
    try {
      await body((block) => block.replaceAll("127.0.0.1:8000", `127.0.0.1:${server.addr.port}`));
    } finally {
      await service.close();
      await server.shutdown();
    }
  });
}

Deno.test("the README's clients in TypeScript and curl are answered", () =>
  served(async (here) => {
    const [client] = await blocks("Serving", "ts"), [, curl] = await blocks("Serving", "sh");
    const own = await runProgram(Deno.execPath(), ["run", "--allow-net", "-"], {
      input: here(client),
      env: { NO_COLOR: "1" },
    });
    assert.equal(own.out.trim(), client.match(/\/\/ (.*)$/m)![1], own.err);
    const { out, err } = await runProgram("bash", ["-c", here(curl)]);
    const { model_name, outputs } = JSON.parse(out || err);
    assert.deepEqual([model_name, outputs[0].shape, outputs[0].data.length], ["dmm_emitter", [1, 88], 88]);
  }));

const lacking = await run("import tritonclient.http");

Deno.test({
  name: `the README's client in Python is answered${
    lacking.success ? "" : ": skipped, Python lacks tritonclient"
  }`,
  ignore: !lacking.success,
  fn: () =>
    served(async (here) => {
      const [client] = await blocks("Serving", "py"), { success, text } = await run(here(client));
      assert.ok(success, text);
      assert.equal(text, client.match(/# (.*)$/m)![1]);
    }),
});
