import assert from "node:assert/strict";
import { RunClock } from "../../tasks/runner/run_clock.ts";
import { inTemporaryFolder } from "../temporary.ts";

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const stored = async (folder: string) => Number(await Deno.readTextFile(`${folder}/seconds.json`));

Deno.test("RunClock adds up the parts of a run, from the beginning of each", async () => {
  await inTemporaryFolder(async (folder) => {
    {
      await using clock = await RunClock.start(folder, { began: performance.now() - 2000 });
      assert.ok(clock.seconds >= 2 && clock.seconds < 60);
    }
    const first = await stored(folder);
    assert.ok(first >= 2 && first < 60);
    await using clock = await RunClock.start(folder, { began: performance.now() - 3000 });
    assert.ok(clock.seconds >= first + 3 && clock.seconds < first + 60);
  });
});

Deno.test("RunClock writes the time again and again: a part that is killed leaves what it took", async () => {
  await inTemporaryFolder(async (folder) => {
    await using clock = await RunClock.start(folder, { every: 5 });
    const deadline = performance.now() + 10_000,
      after = async (least: number) => {
        while (!(await stored(folder).catch(() => 0) > least)) {
          assert.ok(performance.now() < deadline, "nothing was written");
          await wait(5);
        }
        return await stored(folder);
      };
    const once = await after(0), again = await after(once);
    assert.ok(again > once && again <= clock.seconds);
  });
});

Deno.test("RunClock refuses a damaged file of the time, and names it", async () => {
  await inTemporaryFolder(async (folder) => {
    for (const text of ["", "-1", "1e3", "null"]) {
      await Deno.writeTextFile(`${folder}/seconds.json`, text);
      await assert.rejects(RunClock.start(folder), {
        message: `Cannot go on with a run: ${folder}/seconds.json is ${JSON.stringify(text)}, expected its ` +
          "seconds so far; write them there, or 0, or run without --resume",
      });
    }
  });
});
