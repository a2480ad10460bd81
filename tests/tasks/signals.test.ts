import assert from "node:assert/strict";
import { readRecords } from "../../lib/results/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

/** Starts the process of an experiment of two trainings, 40 epochs each. */
const start = (cwd: string, ...args: string[]): Deno.ChildProcess =>
  new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-check", "--allow-all"],
      ...[new URL("./stoppable.ts", import.meta.url).pathname, cwd, "--out", "out", ...args],
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();

/** Waits until the first epoch of a training is done. */
async function untilTraining(cwd: string, seed: number): Promise<void> {
  while (!await Deno.stat(`${cwd}/mark-${seed}`).catch(() => undefined)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const epochsDone = async (cwd: string, seed: number) =>
  Number(await Deno.readTextFile(`${cwd}/mark-${seed}`));

/** What a run found, to the last bit. */
const hashOf = (cwd: string): Promise<string> => Deno.readTextFile(`${cwd}/out/stoppable/quick/hash.txt`);

for (const [where, ...args] of [["in Workers"], ["in this process", "here"]]) {
  Deno.test(`SIGTERM ${where}: a checkpoint, exit code 143, no record; --resume goes on bit for bit`, async () => {
    await inTemporaryFolder(async (folder) => {
      const [whole, cwd] = [`${folder}/whole`, `${folder}/stopped`];
      for (const path of [whole, cwd]) await Deno.mkdir(path);
      assert.equal((await start(whole, ...args).output()).code, 0);

      const seed = args.length === 0 ? 1 : 0, stopped = start(cwd, ...args);
      await untilTraining(cwd, 0);
      if (args.length === 0) await untilTraining(cwd, 1);
      stopped.kill("SIGTERM");
      const { code, stderr } = await stopped.output(), said = new TextDecoder().decode(stderr);
      assert.equal(code, 143, said);
      assert.match(said, /^Ended by SIGTERM: what stoppable has computed is kept; --resume goes on$/m);
      assert.deepEqual(await readRecords(`${cwd}/out`), []);
      const before = await epochsDone(cwd, seed);
      assert.ok(before < 40, `${before} epochs were done`);

      await Deno.remove(`${cwd}/mark-${seed}`);
      const again = start(cwd, ...args, "--resume");
      await untilTraining(cwd, seed);
      assert.ok(await epochsDone(cwd, seed) > before, "no epoch is trained twice");
      assert.equal((await again.output()).code, 0);
      assert.equal(await hashOf(cwd), await hashOf(whole));
    });
  });
}

Deno.test("a full disk is no result: exit code 75, no record, and the same call goes on once there is room", async (t) => {
  const mounted = await new Deno.Command("mount", { args: ["--help"], stdout: "null", stderr: "null" })
    .output()
    .then(({ code }) => code === 0 && Deno.uid() === 0, () => false);
  await t.step({
    name: "on a file system of its own (needs mount)",
    ignore: !mounted,
    fn: () =>
      inTemporaryFolder(async (cwd) => {
        const place = `${cwd}/.pyrosaur`;
        await Deno.mkdir(place);
        const mount = await new Deno.Command("mount", {
          args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place],
          stderr: "null",
        }).output();
        if (mount.code !== 0) return;
        try {
          await assert.rejects(Deno.writeFile(`${place}/filler`, new Uint8Array(1 << 20)), {
            code: "ENOSPC",
          });
          const full = await start(cwd, "here").output();
          assert.equal(full.code, 75, new TextDecoder().decode(full.stderr));
          assert.deepEqual(await readRecords(`${cwd}/out`), []);
          await Deno.remove(`${place}/filler`);
          const again = await start(cwd, "here", "--resume").output();
          assert.equal(again.code, 0, new TextDecoder().decode(again.stderr));
        } finally {
          await new Deno.Command("umount", { args: [place] }).output();
        }
      }),
  });
});
