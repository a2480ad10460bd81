import assert from "node:assert/strict";
import fc from "fast-check";
import type { Task } from "../../lib/results/mod.ts";
import { lanesFor, performTasks, type TaskOptions } from "../../tasks/runner/perform_tasks.ts";
import { choicesOf, forgetChoices, formatPlain, parsePlain } from "../../lib/system/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";
import type { FakeResult, FakeTask } from "./fake_worker.ts";

const experiment = { worker: new URL("./fake_worker.ts", import.meta.url), steps: "steps" };

/** Three tasks of four steps; those that take long are worth a Worker. */
const some = (seconds: number, change: Partial<FakeTask> = {}): Task<FakeTask>[] =>
  [0, 1, 2].map((seed) => ({
    name: `seed=${seed}`,
    steps: 4,
    seconds,
    data: { steps: 4, seed, ...(seed === 2 && change) },
  }));

const perform = async (tasks: readonly Task[], folder: string, options: Partial<TaskOptions> = {}) => {
  const terminal = memoryTerminal(), given = { folder, resume: true, terminal, cores: 2, ...options };
  return { results: await performTasks(experiment, tasks, given) as FakeResult[], terminal };
};

Deno.test("lanesFor() takes Workers only where these save more than their start", () => {
  const tasks = (seconds: number, count: number, threads = 1) =>
    Array.from({ length: count }, (_, i): Task => ({ name: `${i}`, steps: 1, seconds, threads, data: null }));
  assert.equal(lanesFor(tasks(0.25, 10), 2), 1, "ten fits of a quarter of a second");
  assert.equal(lanesFor(tasks(0.25, 100), 2), 2);
  assert.equal(lanesFor(tasks(600, 1), 2), 1);
  assert.equal(lanesFor(tasks(600, 3), 8), 3);
  assert.equal(lanesFor(tasks(600, 8, 4), 8), 2, "each with four threads");
  assert.equal(lanesFor(tasks(600, 8), 1), 1);
  assert.equal(lanesFor([], 8), 1);
});

Deno.test("performTasks() tells the engines that tasks took in this process, in Workers and for results that were kept", async () => {
  await inTemporaryFolder(async (folder) => {
    const taken = async (seconds: number, place: string) => {
      forgetChoices("engine");
      await perform(some(seconds), `${folder}/${place}`);
      return choicesOf("engine");
    };
    const all = [0, 1, 2].map((seed) => `engine ${seed}`);
    assert.deepEqual(await taken(0, "here"), all);
    assert.deepEqual(await taken(60, "there"), all);
    assert.deepEqual(await taken(0, "here"), all, "nothing was computed again");
    forgetChoices("engine");
  });
});

Deno.test("performTasks() gives the same in Workers as in this process, with one bar", async () => {
  await inTemporaryFolder(async (folder) => {
    const here = await perform(some(0), `${folder}/here`), there = await perform(some(60), `${folder}/there`);
    assert.deepEqual(there.results, here.results);
    assert.deepEqual(here.results.map(({ bytes }) => [...bytes]), [[0], [1], [2]]);
    for (const { terminal: { bars } } of [here, there]) {
      assert.deepEqual([bars.at(-2), bars.at(-1)], ["steps 12/12", "steps ended"]);
    }
  });
});

Deno.test("performTasks() takes kept results, and of no other task, data or damaged file", async () => {
  await inTemporaryFolder(async (folder) => {
    const { results } = await perform(some(0), folder), kept = `${folder}/results`;
    const names = [...Deno.readDirSync(kept)].map(({ name }) => name).sort();
    assert.deepEqual(names.map((name) => name.replace(/[0-9a-f]{16}/, "#")), [
      "seed=0-#.json",
      "seed=1-#.json",
      "seed=2-#.json",
    ]);
    const again = await perform(some(0), folder);
    assert.deepEqual([again.results, again.terminal.bars], [results, []]);

    const path = `${kept}/${names[1]}`, text = await Deno.readTextFile(path);
    const spoilt: [string, string][] = [
      [text.slice(0, -20), `${path} is damaged`],
      ["{", `${path} is damaged`],
      ["", `${path} is damaged`],
      [text.replace('"draw":', '"draw": 1'), `${path} is damaged`],
      [await Deno.readTextFile(`${kept}/${names[0]}`), `${path} is the result of another task`],
      [
        text.replace("task-result/1", "task-result/0"),
        `${path} has another form than pyrosaur/task-result/1`,
      ],
    ];
    for (const [contents, reason] of spoilt) {
      await Deno.writeTextFile(path, contents);
      const mended = await perform(some(0), folder);
      assert.deepEqual(mended.terminal.warned, [`Task seed=1 is computed again: ${reason}`]);
      assert.equal(mended.terminal.bars.at(-2), "steps 4/4", "only that one");
      assert.deepEqual(mended.results.map(({ draw }) => draw), results.map(({ draw }) => draw));
    }
    const other = await perform(some(0, { steps: 3 }), folder);
    assert.deepEqual([other.terminal.warned, other.terminal.bars.at(-2)], [[], "steps 4/4"]);
    const fresh = await perform(some(0), folder, { resume: false });
    assert.equal(fresh.terminal.bars.at(-2), "steps 12/12");
  });
});

for (const [where, seconds] of [["in this process", 0], ["in Workers", 60]] as const) {
  Deno.test(`the first error ends all tasks ${where}, names its task, and leaves those that are done`, async () => {
    await inTemporaryFolder(async (folder) => {
      await assert.rejects(perform(some(seconds, { error: "it broke" }), folder), {
        message: "Cannot perform task seed=2: it broke",
      });
      const { terminal } = await perform(some(seconds), folder);
      assert.notEqual(terminal.bars.at(-2), "steps 12/12", "one at least was kept");
    });
  });
}

Deno.test("a signal ends tasks that would never end", async () => {
  await inTemporaryFolder(async (folder) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await assert.rejects(perform(some(60, { endless: true }), folder, { signal: stop.signal, grace: 0 }), {
      message: "enough",
    });
    await assert.rejects(perform(some(0), folder, { signal: stop.signal, resume: false }), {
      message: "enough",
    });
  });
});

Deno.test("parsePlain() reads what formatPlain() wrote, bit for bit", () => {
  const arrays = fc.oneof(fc.float32Array(), fc.float64Array(), fc.int32Array(), fc.uint8Array());
  const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), arrays);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("tree")),
      fc.dictionary(fc.string({ maxLength: 3 }), tie("tree"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(tree, (value) => assert.deepEqual(parsePlain(formatPlain(value)), value)));
  assert.ok(Object.is(parsePlain(formatPlain(-0)), -0));
  assert.throws(() => formatPlain({ at: new BigInt64Array(1) }), {
    message: "Cannot write a BigInt64Array: expected an array of uint8, int32, float32, float64",
  });
});

Deno.test("formatPlain() refuses what would not come back as it was", () => {
  const refused: [unknown, string][] = [
    [{ at: new Date(0) }, "at (Date)"],
    [{ losses: new Map() }, "losses (Map)"],
    [{ seen: new Set([1]) }, "seen (Set)"],
    [[() => 1], "0 (function)"],
    [{ count: 1n }, "count (bigint)"],
    [[1, undefined], "1 (undefined)"],
    [undefined, "undefined"],
  ];
  for (const [value, what] of refused) {
    assert.throws(() => formatPlain(value), { message: `Cannot write ${what}: expected plain data` });
  }
  assert.equal(formatPlain({ a: 1, b: undefined, c: Object.create(null) }), '{"a":1,"c":{}}');
});

Deno.test("a task whose data or result is not plain data is named", async () => {
  await inTemporaryFolder(async (folder) => {
    await assert.rejects(perform(some(0, { losses: new Map() }), folder), {
      message: "Cannot keep the result of task seed=2: Cannot write losses (Map): expected plain data",
    });
  });
});
