import assert from "node:assert/strict";
import { takeLock } from "../../lib/system/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

/** Starts a process that takes a lock, says so, and stays; resolves when it has it. */
async function holder(path: string): Promise<Deno.ChildProcess> {
  const module = import.meta.resolve("../../lib/system/lock.ts");
  const script = `import { takeLock } from "${module}";
    await takeLock(${JSON.stringify(path)}, "hold");
    console.log("held");
    await new Promise((resolve) => setTimeout(resolve, 60_000));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-sys", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await new Response(script).body!.pipeTo(child.stdin);
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return child;
}

Deno.test("takeLock() lets one at a time have it, and says who", async () => {
  await inTemporaryFolder(async (root) => {
    const path = `${root}/new/run.lock`, lock = await takeLock(path, "run");
    const taken = await takeLock(path, "write x", { advice: "wait" }).then(
      () => "",
      ({ message }) => message,
    );
    assert.match(
      taken,
      new RegExp(
        `^Cannot write x: process ${Deno.pid} on .+ since \\d{4}-\\d\\d-\\d\\dT.+Z holds ${path}; wait$`,
      ),
    );
    lock.release();
    lock.release();
    assert.deepEqual([...Deno.readDirSync(`${root}/new`)], [], "the file is gone");
    {
      using _lock = await takeLock(path, "run");
    }
    (await takeLock(path, "run")).release();
  });
});

Deno.test("takeLock() takes over what a killed process held, and names one that lives", async () => {
  await inTemporaryFolder(async (root) => {
    const path = `${root}/run.lock`, child = await holder(path);
    await assert.rejects(takeLock(path, "run"), new RegExp(`process ${child.pid} on `));
    child.kill("SIGKILL");
    await child.status;
    assert.ok(Deno.statSync(path).isFile, "its file is left");
    using _lock = await takeLock(path, "run");
    await assert.rejects(takeLock(path, "run"), new RegExp(`process ${Deno.pid} on `));
  });
});

Deno.test("takeLock() waits as long as it is told, and many take turns", async () => {
  await inTemporaryFolder(async (root) => {
    const path = `${root}/run.lock`;
    let inside = 0, most = 0;
    await Promise.all(Array.from({ length: 12 }, async () => {
      using _lock = await takeLock(path, "run", { wait: 30 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
    }));
    assert.equal(most, 1);
    using _lock = await takeLock(path, "run");
    const started = performance.now();
    await assert.rejects(takeLock(path, "run", { wait: 0.2 }), /holds/);
    assert.ok(performance.now() - started >= 200);
  });
});

Deno.test("takeLock() says which file cannot be written", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.writeTextFile(`${root}/file`, "");
    await assert.rejects(
      takeLock(`${root}/file/run.lock`, "run"),
      new RegExp(`^Error: Cannot run: ${root}/file/run.lock cannot be written \\(`),
    );
  });
});
