import assert from "node:assert/strict";
import * as infer from "../../lib/infer/mod.ts";
import * as statistics from "../../lib/statistics/mod.ts";
import * as root from "../../mod.ts";
import libraries from "./names.json" with { type: "json" };
import { answersIn, rowsOf } from "./tables.ts";

const rows = rowsOf(await Deno.readTextFile(new URL("../../FEATURES.md", import.meta.url)));
const answersTo = answersIn(rows);
const names = Object.entries(libraries).flatMap(([library, { modules }]) =>
  Object.entries(modules).flatMap(([module, all]) =>
    all.map((name) => ({ library, path: `${module}.${name}` }))
  )
);

Deno.test("FEATURES.md answers for every public name of Pyro and NumPyro, once", () => {
  const open: string[] = [], torn: string[] = [];
  for (const { library, path } of names) {
    const statuses = new Set(answersTo(library, path).map(({ row }) => row.status));
    if (statuses.size === 0) open.push(path);
    if (statuses.size > 1) torn.push(`${path} (${[...statuses].join(", ")})`);
  }
  assert.ok(names.length > 1000);
  assert.deepEqual(
    open,
    [],
    "no row of FEATURES.md names these: add them to a table, or to those that are not here",
  );
  assert.deepEqual(torn, [], "rows of FEATURES.md disagree about these");
});

Deno.test("the names in FEATURES.md are those of Pyro and NumPyro", () => {
  const met = new Set(
    names.flatMap(({ library, path }) => answersTo(library, path).map(({ token }) => token)),
  );
  const unknown = rows.filter(({ isOfOthers }) => !isOfOthers).flatMap(({ tokens }) =>
    tokens.map(({ text }) => text).filter((text) => !met.has(text))
  );
  assert.deepEqual(unknown, []);
});

Deno.test("FEATURES.md gives each row a status, with a reason for what is limited or not here", () => {
  assert.ok(rows.length > 200);
  for (const { title, status, note } of rows) {
    assert.ok(["supported", "limited", "not"].includes(status), `${title}: "${status}"`);
    if (status !== "supported") assert.ok(note.length > 0, `${title} is ${status} without a note`);
  }
});

Deno.test("what FEATURES.md calls supported or limited is exported, and what it says is not here is not", () => {
  const exported: Record<string, any> = { ...statistics, ...infer, ...root };
  for (const { title, here, status, tokens } of rows) {
    if (status === "supported" || status === "limited") {
      const path = here.match(/^`([\w.]+)`$/)?.[1].split(".") ?? [];
      const found = path.reduce<any>((place, part) => place?.[part], exported);
      assert.ok(path.length > 0 && found !== undefined, `${title}: ${here} is not exported`);
      continue;
    }
    assert.equal(here, "", `${title} is ${status}`);
    for (const { text } of tokens) {
      assert.ok(!(text in exported), `${text} is exported, but said not to be here`);
    }
  }
});
