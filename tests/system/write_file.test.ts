import assert from "node:assert/strict";
import { cacheDir, writeFileAtomic } from "../../lib/system/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../temporary.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

Deno.test("writeFileAtomic() makes folders, replaces what was there, and leaves nothing else", async () => {
  await inTemporaryFolder(async (root) => {
    await writeFileAtomic(`${root}/a/b/file.txt`, "one");
    await writeFileAtomic(`${root}/a/b/file.txt`, "zwei");
    assert.equal(await Deno.readTextFile(`${root}/a/b/file.txt`), "zwei");
    assert.deepEqual(names(`${root}/a/b`), ["file.txt"]);
  });
});

Deno.test("writeFileAtomic() removes its temporary file where the name is taken by a folder", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.mkdir(`${root}/taken/inside`, { recursive: true });
    await assert.rejects(writeFileAtomic(`${root}/taken`, "text"));
    assert.deepEqual(names(root), ["taken"]);
  });
});

Deno.test("writeFileAtomic() killed at any moment leaves the old contents or the new", async () => {
  await inTemporaryFolder(async (root) => {
    const path = `${root}/file.txt`,
      size = 4_000_000,
      module = import.meta.resolve("../../lib/system/write_file.ts");
    await writeFileAtomic(path, "0".repeat(size));
    const script = `import { writeFileAtomic } from ${JSON.stringify(module)};
      for (let i = 1;; i++) await writeFileAtomic(${
      JSON.stringify(path)
    }, String(i % 10).repeat(${size})), console.log(i);`;
    for (const delay of [0, 3, 11]) {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--allow-write", "--allow-read", "-"],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      });
      const child = command.spawn(), writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(script));
      await writer.close();
      const reader = child.stdout.getReader();
      await reader.read();
      await new Promise((done) => setTimeout(done, delay));
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      const text = await Deno.readTextFile(path);
      assert.equal(text.length, size);
      assert.ok(/^(\d)\1*$/.test(text), "the contents are all of one write");
    }
  });
});

Deno.test("cacheDir() follows the system's customs", async () => {
  const none = {
    XDG_CACHE_HOME: undefined,
    HOME: undefined,
    USERPROFILE: undefined,
    LOCALAPPDATA: undefined,
  };
  const cases: [Record<string, string>, string, string | undefined][] = [
    [{ XDG_CACHE_HOME: "/x", HOME: "/home/u" }, "linux", "/x/pyrosaur"],
    [{ HOME: "/home/u" }, "linux", "/home/u/.cache/pyrosaur"],
    [{ HOME: "/Users/u" }, "darwin", "/Users/u/Library/Caches/pyrosaur"],
    [{ LOCALAPPDATA: "C:\\L", USERPROFILE: "C:\\u" }, "win32", "C:\\L\\pyrosaur"],
    [{}, "linux", undefined],
  ];
  for (const [variables, os, expected] of cases) {
    await withEnvironment(
      { ...none, ...variables },
      () => Promise.resolve(assert.equal(cacheDir(os), expected)),
    );
  }
});
