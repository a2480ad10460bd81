import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { addCounts, countsIn, formatCounts } from "../../tasks/tests/counts.ts";
import { examplesIn } from "../../tasks/tests/examples.ts";
import { included, portionsOf } from "../../tasks/tests/portions.ts";
import { tests } from "../../tasks/tests.ts";
import { modulesOf } from "../structure/imports.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("every file that deno test takes for tests is in one portion, and so is every example", async () => {
  const portions = await portionsOf(ROOT, await included(ROOT)), paths = portions.flat();
  assert.equal(new Set(paths).size, paths.length);
  const all = modulesOf("tests").filter((path) => /(?:^|[/._])test\.[mc]?[jt]sx?$/.test(path));
  assert.ok(all.length > 200);
  assert.deepEqual(paths.filter((path) => path.startsWith("tests/")).sort(), all.sort());
  const examples = [...modulesOf("lib"), "mod.ts", "README.md", ...modulesOf("tests")]
    .filter((path) => /^(?: *\*)? ?```ts(?! ignore)/m.test(Deno.readTextFileSync(`${ROOT}${path}`)));
  assert.ok(examples.length > 150);
  for (const path of examples) {
    assert.ok(paths.some((part) => path === part || path.startsWith(`${part}/`)), `${path} is not tested`);
    if (!path.startsWith("lib/")) continue;
    const text = Deno.readTextFileSync(`${ROOT}${path}`),
      fences = text.match(/^ *\* ```ts(?! ignore)/gm) ?? [];
    assert.equal(examplesIn(path, text).length, fences.length, path);
  }
});

Deno.test("examples in comments are tested under the names of their lines, each with its own imports", async () => {
  const example = (what: string) =>
    ` * \`\`\`ts\n * import assert from "node:assert/strict";\n *\n * ${what}\n * \`\`\`\n`;
  await inTemporaryFolder(async (cwd) => {
    await Deno.mkdir(`${cwd}/lib`);
    await Deno.writeTextFile(`${cwd}/deno.json`, '{ "test": { "include": ["lib/"] } }');
    const text = `/**\n${example("assert.equal(await 1, 1);")}${example("assert.equal(1, 2);")} */\n`;
    await Deno.writeTextFile(`${cwd}/lib/a.ts`, text);
    const terminal = memoryTerminal(), code = await tests([], { cwd, terminal });
    const said = terminal.printed.join("\n");
    assert.equal(code, 1, said);
    assert.match(said, /lib\/a\.ts#2-6 \.\.\. ok/);
    assert.match(said, /\n FAILURES \n\nlib\/a\.ts#7-11 => .*\n\nFAILED \| 1 passed \| 1 failed/);
    assert.deepEqual([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), ["deno.json", "lib"]);
  });
});

Deno.test("portions are a few files of the same folder, those that take long first", async () => {
  const portions = await portionsOf(ROOT, await included(ROOT));
  assert.ok(portions.every((paths) => paths.length <= 6), "a portion is long");
  assert.ok(portions[0].every((path) => path.startsWith("tests/tasks/")));
  assert.deepEqual(await portionsOf(ROOT, ["tests/mini.test.ts"]), [["tests/mini.test.ts"]]);
  assert.deepEqual(await portionsOf(ROOT, ["lib/system/group_by.ts"]), [["lib/system/group_by.ts"]]);
});

Deno.test("counts are read from the last line of deno test, added, and written as there", () => {
  const line = "FAILED | 12 passed (3 steps) | 1 failed (1 step) | 2 ignored (4s)";
  const counts = countsIn(
    `ok | 99 passed | 0 failed (1s)\nx ... ok (1ms)\n\n${line}\n\nerror: Test failed\n`,
  )!;
  assert.deepEqual(counts, { passed: 12, steps: 3, failed: 1, failedSteps: 1, ignored: 2 });
  assert.equal(formatCounts(counts, 4), line.replace("4s", "0m4s"));
  assert.equal(
    formatCounts(countsIn("ok | 5 passed | 0 failed (1s)")!, 61),
    "ok | 5 passed | 0 failed (1m1s)",
  );
  assert.equal(addCounts(counts, counts).passed, 24);
  assert.equal(countsIn("error: Uncaught (in promise)"), undefined);
});

Deno.test("tests that fail, or end their process, are named at the end, and the exit code is 1", async () => {
  await inTemporaryFolder(async (cwd) => {
    await Deno.mkdir(`${cwd}/tests`);
    const files = {
      "deno.json": '{ "test": { "include": ["tests/"] } }',
      "tests/good.test.ts": 'Deno.test("holds", () => {});',
      "tests/bad.test.ts": 'Deno.test("breaks", () => { throw new Error("no"); });',
    };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${cwd}/${name}`, text);
    const run = async (...args: string[]) => {
      const terminal = memoryTerminal(), code = await tests(args, { cwd, terminal });
      return { code, said: terminal.printed.join("\n") };
    };
    const both = await run("--jobs", "2");
    assert.equal(both.code, 1);
    assert.match(both.said, /holds \.\.\. ok/);
    assert.match(
      both.said,
      /\n FAILURES \n\nbreaks => \S*bad\.test\.ts:1:6\n\nFAILED \| 1 passed \| 1 failed \(0m\ds\)$/,
    );
    const one = await run("tests/good.test.ts");
    assert.equal(one.code, 0, one.said);
    assert.match(one.said, /\nok \| 1 passed \| 0 failed \(0m\ds\)$/);
    await Deno.writeTextFile(`${cwd}/tests/good.test.ts`, 'Deno.kill(Deno.pid, "SIGKILL");');
    const ended = await run("tests/good.test.ts");
    assert.equal(ended.code, 1);
    assert.match(
      ended.said,
      /good\.test\.ts: the process ended with code 137\n\nFAILED \| 0 passed \| 1 failed/,
    );
  });
});
