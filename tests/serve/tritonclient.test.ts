import assert from "node:assert/strict";
import type { DataType } from "../../lib/serve/mod.ts";
import { run } from "../python.ts";
import { echo, ELEMENTS, rows, serving } from "./served.ts";

const lacking = await run("import tritonclient.http");

Deno.test({
  name: `tritonclient[http] is answered in every method for what is served${
    lacking.success ? "" : ": skipped, Python lacks it"
  }`,
  ignore: !lacking.success,
  fn: () => {
    const types = (Object.keys(ELEMENTS) as DataType[]).filter((type) => type !== "BF16");
    return serving([rows(), echo(types)], async ({ service }) => {
      const server = Deno.serve({ port: 0, onListen: () => {} }, service.handle);
      try {
        const script = await Deno.readTextFile(new URL("./tritonclient.py", import.meta.url));
        const { success, text } = await run(script, `localhost:${server.addr.port}`);
        assert.ok(success, text);
        assert.equal(text.split("\n").at(-1), "all right");
      } finally {
        await server.shutdown();
      }
    });
  },
});
