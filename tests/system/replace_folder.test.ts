import assert from "node:assert/strict";
import { exchangePaths } from "../../lib/system/exchange.ts";
import { replaceFolder, settledFolder, settleFolder } from "../../lib/system/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

function make(folder: string, text: string): void {
  Deno.mkdirSync(`${folder}/deep`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/deep/file`, text);
}

const textIn = (folder: string) => Deno.readTextFileSync(`${folder}/deep/file`);

Deno.test("replaceFolder() puts a folder in an empty place, and in that of another", async () => {
  await inTemporaryFolder(async (root) => {
    for (const text of ["one", "two"]) {
      make(`${root}/.fresh`, text);
      await replaceFolder(`${root}/place`, `${root}/.fresh`);
      assert.deepEqual([textIn(`${root}/place`), names(root)], [text, ["place"]]);
    }
  });
});

Deno.test("replaceFolder() works by renaming where the system cannot exchange folders", async () => {
  await inTemporaryFolder(async (root) => {
    make(`${root}/place`, "one");
    make(`${root}/.fresh`, "two");
    const script = `import { replaceFolder } from "${
      import.meta.resolve("../../lib/system/replace_folder.ts")
    }";
      await replaceFolder(${JSON.stringify(`${root}/place`)}, ${JSON.stringify(`${root}/.fresh`)});`;
    const command = new Deno.Command(Deno.execPath(), {
      // Without the permission to call the C library.
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read",
        "--allow-write",
        `data:text/typescript,${encodeURIComponent(script)}`,
      ],
    });
    const { success, stderr } = await command.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.deepEqual([textIn(`${root}/place`), names(root)], ["two", ["place"]]);
  });
});

Deno.test("settleFolder() ends what a crash left between two renames, at whichever moment", async () => {
  await inTemporaryFolder(async (root) => {
    const place = `${root}/place`;
    const moments: [Record<string, string>, string][] = [
      [{ place: "old", ".place.next": "new" }, "old"],
      [{ ".place.previous": "old", ".place.next": "new" }, "new"],
      [{ place: "new", ".place.previous": "old" }, "new"],
      [{ place: "new" }, "new"],
    ];
    for (const [folders, expected] of moments) {
      for (const [name, text] of Object.entries(folders)) make(`${root}/${name}`, text);
      assert.equal(textIn(await settledFolder(place)), expected);
      await settleFolder(place);
      assert.deepEqual([textIn(place), names(root)], [expected, ["place"]]);
      Deno.removeSync(place, { recursive: true });
    }
    await settleFolder(place);
    assert.deepEqual(names(root), []);
  });
});

Deno.test("exchangePaths() leaves both as they were where one is missing", async () => {
  await inTemporaryFolder(async (root) => {
    make(`${root}/a`, "a");
    assert.equal(await exchangePaths(`${root}/a`, `${root}/none`), false);
    assert.deepEqual([textIn(`${root}/a`), names(root)], ["a", ["a"]]);
    make(`${root}/b`, "b");
    if (await exchangePaths(`${root}/a`, `${root}/b`)) assert.equal(textIn(`${root}/a`), "b");
    else assert.ok(!["linux", "darwin"].includes(Deno.build.os), "Linux and macOS can");
  });
});
