import assert from "node:assert/strict";

const lines = (await Deno.readTextFile(new URL("../FEATURES.md", import.meta.url))).split("\n");
const rows = lines.filter((l) => /^\| `|^\| [a-z]/.test(l)).map((l) =>
  l.split("|").slice(1, -1).map((c) => c.trim())
);

Deno.test("FEATURES.md gives each row a status", () => {
  assert.ok(rows.length > 80);
  for (const [name, , status] of rows) {
    assert.ok(["supported", "limited", "not yet"].includes(status), `${name}: "${status}"`);
  }
});

Deno.test("what FEATURES.md calls supported or limited is exported, what it calls not yet is not", async () => {
  const exported = await import("../mod.ts") as Record<string, unknown>;
  for (const [name, here, status, note] of rows) {
    if (status === "not yet") {
      assert.equal(here, "", `${name} is not yet there`);
      for (const [, original] of name.matchAll(/`(\w+)`/g)) {
        assert.ok(!(original in exported), `${original} is exported, but called not yet`);
      }
      continue;
    }
    const path = here.match(/^`([\w.]+)`$/)?.[1].split(".") ?? [];
    const found = path.reduce<any>((place, part) => place?.[part], exported);
    assert.ok(path.length > 0 && found !== undefined, `${name}: ${here} is not exported`);
    if (status === "limited") assert.ok(note.length > 0, `${name} is limited without a note`);
  }
});
