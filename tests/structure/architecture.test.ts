import assert from "node:assert/strict";
import { existsSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);
const page = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));

Deno.test("every name in ARCHITECTURE.md is a file or a folder that exists", () => {
  const links = [...page.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, name, path]) => ({ name, path }));
  assert.ok(links.length > 40);
  for (const { name, path } of links) {
    assert.ok(existsSync(new URL(path, ROOT)), `${path} does not exist`);
    assert.ok(path.endsWith(name), `the link ${name} leads to ${path}`);
  }
  const folders = [...page.matchAll(/`((?:lib\/\w+|experiments|tasks|bench))`/g)].map(([, path]) => path);
  for (const path of folders) assert.ok(existsSync(new URL(`${path}/`, ROOT)), `${path} does not exist`);
});

Deno.test("ARCHITECTURE.md names every floor of the library, and is one screen", async () => {
  for await (const { name } of Deno.readDir(new URL("lib/", ROOT))) {
    assert.ok(page.includes(`\`lib/${name}\``), `lib/${name} is not named`);
  }
  assert.ok(page.split("\n").length <= 80, "the page is longer than a screen");
});
