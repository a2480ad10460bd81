import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { registry } from "../../experiments/registry.ts";
import { readRecords } from "../../lib/results/mod.ts";
import { hashes } from "../../tasks/hashes.ts";
import { codeHashes } from "../../tasks/runner/code_hashes.ts";
import { hashFolder } from "../../tasks/runner/code.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";

Deno.test("compare knows the code of every experiment and of every record in results/", async () => {
  const groups = await codeHashes();
  for (const { name, folder } of registry) {
    const hash = await hashFolder(folder);
    assert.ok(
      groups[name].at(-1)!.at(-1) === hash,
      `the sources of ${name} have changed: \`deno task hashes --same\` where their numbers are the same, --other where not`,
    );
    assert.equal(new Set(groups[name].flat()).size, groups[name].flat().length, "each stands in one group");
  }
  for (const { experiment, profile, code } of await readRecords("results")) {
    assert.ok(groups[experiment].flat().includes(code.hash), `${experiment}/${profile}`);
  }
});

Deno.test("hashes adds new hashes to the last group, or begins one", async () => {
  await inTemporaryFolder(async (cwd) => {
    const file = pathToFileURL(`${cwd}/hashes.json`), terminal = memoryTerminal(), { name } = registry[0];
    const now = await hashFolder(registry[0].folder);
    const after = async (before: string[][], ...args: string[]) => {
      await Deno.writeTextFile(file, JSON.stringify({ [name]: before }));
      assert.equal(await hashes(args, { file, terminal }), 0);
      return (await codeHashes(file))[name];
    };
    assert.deepEqual(await after([["a"], ["b"]]), [["a"], ["b"]]);
    assert.match(terminal.printed.at(-1)!, new RegExp(`${name} +${now} +new`));
    assert.deepEqual(await after([["a"], ["b"]], "--same"), [["a"], ["b", now]]);
    assert.deepEqual(await after([["a"], ["b"]], "--other"), [["a"], ["b"], [now]]);
    assert.deepEqual(await after([], "--same"), [[now]]);
    assert.deepEqual(await after([["a", now], ["b"]], "--same"), [["a", now], ["b"]]);
    assert.match(terminal.printed.at(-1)!, new RegExp(`${name} +${now} +known`));
  });
});
