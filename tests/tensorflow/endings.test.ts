import assert from "node:assert/strict";
import { Context, openLibrary } from "../../lib/tensorflow/mod.ts";
import { freeOrphans } from "../../lib/tensorflow/free_orphans.ts";
import { OWNER_PREFIX } from "../../lib/tensorflow/owner.ts";
import { isProvisioned } from "./provisioned.ts";

const ignore = !isProvisioned || Deno.build.os !== "linux";

/** Starts a process that uses TensorFlow, interrupts it where told once it has, and resolves to how it ended. */
async function end(way: string, withWorker: boolean): Promise<Deno.CommandStatus & { said: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("./ending.ts", import.meta.url).pathname,
      way,
      ...(withWorker ? ["worker"] : []),
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  for await (const _ready of child.stdout) if (way === "wait") child.kill("SIGINT");
  return { ...await child.status, said: await said };
}

const endings: [way: string, code: number, signal: string | null, said: RegExp][] = [
  ["return", 0, null, /^$/],
  ["exit", 3, null, /^$/],
  ["throw", 1, null, /thrown on purpose/],
  ["wait", 130, "SIGINT", /^$/],
];
for (const [way, code, signal, said] of endings) {
  for (const withWorker of [false, true]) {
    const how = way === "wait" ? "by Ctrl-C" : `by ${way}`;
    Deno.test({
      name: `tensorflow: a process ends cleanly ${how}${withWorker ? " while a Worker holds tensors" : ""}`,
      ignore,
      fn: async () => {
        const ended = await end(way, withWorker);
        assert.deepEqual({ code: ended.code, signal: ended.signal }, { code, signal }, ended.said);
        assert.match(ended.said, said);
      },
    });
  }
}

for (const other of ["onnxruntime", "webgpu"]) {
  Deno.test({
    name: `tensorflow: runs and ends beside ${other}, which was loaded before`,
    ignore,
    fn: async () => {
      const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          "--no-check",
          "--unstable-webgpu",
          new URL("./beside.ts", import.meta.url).pathname,
          other,
        ],
      }).output();
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, new TextDecoder().decode(stderr));
      assert.equal(new TextDecoder().decode(stdout).trim(), "9");
    },
  });
}

/** The owners that are announced in this process, those of Workers of other tests among them. */
const owners = (): Set<string> =>
  new Set(Object.keys(Deno.env.toObject()).filter((name) => name.startsWith(OWNER_PREFIX)));

/** Starts a Worker that holds tensors, ends it and waits until its thread is gone. */
async function runWorker(how: "wait" | "close" | "throw"): Promise<number> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onerror = (event) => event.preventDefault();
  const { value } = await new Promise<{ value: number }>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(how);
  });
  if (how === "wait") worker.terminate();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return value;
}

for (const how of ["wait", "close", "throw"] as const) {
  const said = how === "wait" ? "is terminated" : how === "close" ? "closes" : "fails";
  Deno.test({
    name: `tensorflow: what a Worker holds that ${said} is freed when the next context is made`,
    ignore,
    fn: async () => {
      const before = owners();
      assert.equal(await runWorker(how), 4);
      const added = [...owners()].filter((name) => !before.has(name));
      assert.equal(added.length, 1, "the Worker announced itself");
      // A busy machine may take its time to end a thread.
      for (let i = 0; i < 50 && owners().has(added[0]); i++) {
        const others = owners(), context = new Context(openLibrary());
        const own = [...owners()].filter((name) => !others.has(name));
        assert.equal(own.length, 1, "the new context announced itself");
        context.delete();
        assert.ok(!owners().has(own[0]), "and is gone with its end");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.ok(!owners().has(added[0]), "what the Worker held is freed");
    },
  });
}

Deno.test({
  name: "tensorflow: memory stays where it is, Worker after Worker",
  ignore,
  fn: async () => {
    const rss: number[] = [];
    for (let i = 0; i < 5; i++) {
      await runWorker("wait");
      rss.push(Deno.memoryUsage().rss);
    }
    // Each holds 80 MB: four of them would be 320.
    assert.ok(rss[4] - rss[0] < 150e6, `${rss.map((bytes) => Math.round(bytes / 1e6))} MB`);
    freeOrphans(openLibrary().symbols);
  },
});
