import assert from "node:assert/strict";
import { screenshot } from "../../tasks/screenshot.ts";
import { lacking } from "../serve/playground/browser.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";

/** The width and the height of a PNG file. Throws where it is none. */
function sizeOf(bytes: Uint8Array): [number, number] {
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

Deno.test("the README has a picture of the page, of less than 100 kB", async () => {
  const root = new URL("../../", import.meta.url), path = "pictures/playground.png";
  assert.ok((await Deno.readTextFile(new URL("README.md", root))).includes(`(${path})`));
  const picture = await Deno.readFile(new URL(path, root));
  assert.ok(picture.length < 100_000, `${picture.length} bytes`);
  assert.deepEqual(sizeOf(picture), [1000, 830]);
});

Deno.test({
  name: `screenshot takes the picture of the trained model's page${lacking}`,
  ignore: lacking !== "",
  fn: () =>
    inTemporaryFolder(async (cwd) => {
      const terminal = memoryTerminal();
      assert.equal(await screenshot(["page.png"], { cwd, terminal }), 0);
      assert.deepEqual(sizeOf(await Deno.readFile(`${cwd}/page.png`)), [1000, 830]);
      assert.equal(terminal.printed.at(-1), `Picture: ${cwd}/page.png`);
    }),
});
