import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { section } from "./sections.ts";

const ROOT = new URL("../../", import.meta.url);
const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

/** The tasks that others are made of. */
const PARTS = ["fmt:check", "lint", "check", "doc:lint"];

Deno.test("the README's table has every task, and no other", async () => {
  const table = await section("Tasks"), first = await section("Two commands");
  const named = [
    ...table.matchAll(/^\| `deno task ([\w:]+)/gm),
    ...first.matchAll(/^npx \S+ \S+ task (\w+)/gm),
  ].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(tasks).filter((t) => !PARTS.includes(t)).sort());
});

Deno.test("the README's list of folders has every floor of the library, and folders that exist", async () => {
  const [list] = (await section("What is here")).split("\n\n").slice(1);
  const named = [...list.matchAll(/`([\w/]+)`/g)].map(([, path]) => path);
  for (const path of named) assert.ok(existsSync(new URL(`${path}/`, ROOT)), `${path} is no folder`);
  const floors = [...Deno.readDirSync(new URL("lib/", ROOT))].map(({ name }) => `lib/${name}`);
  assert.deepEqual(named.filter((path) => path.startsWith("lib/")).sort(), floors.sort());
});

Deno.test("links of the README lead to files that exist", async () => {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  for (const [, path] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
    assert.ok(existsSync(new URL(path, ROOT)), `${path} does not exist`);
  }
});
