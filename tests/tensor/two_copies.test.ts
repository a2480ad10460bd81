import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../lib/system/mod.ts";

const script = fileURLToPath(new URL("./two_copies.ts", import.meta.url));

for (const order of ["user first", "library first"]) {
  Deno.test(`a program's own tfjs and the library's share one engine, silently: ${order}`, async () => {
    const { out, err } = await runProgram(Deno.execPath(), [
      "run",
      "--allow-all",
      "--no-check",
      script,
      order,
    ]);
    assert.equal(err, "");
    assert.deepEqual(JSON.parse(out), { isTensor: true, scattered: [[1, 5], [1, 5]], gradient: [1] });
  });
}
