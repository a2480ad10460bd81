import assert from "node:assert/strict";
import { modulesOf } from "./imports.ts";

/**
 * Options that no user writes, or whose names are open: those of engines, runs of programs, hints.
 */
const unchecked = new Set([
  "ContextOptions",
  "EncodeOptions",
  "InferOptions",
  "LibraryOptions",
  "LoadOptions",
  "MetricOptions",
  "PlainOptions",
  "ProgramOptions",
  "RevisionOptions",
  "RunOptions",
  "SessionOptions",
  "StablehloOptions",
  "WorkersOptions",
]);

Deno.test("the names of options are checked wherever a user gives them: every type has its list of names", () => {
  const source = modulesOf("lib").map((path) => Deno.readTextFileSync(path)).join("\n");
  const types = [...source.matchAll(/interface (\w+Options)\b/g)].map(([, name]) => name);
  assert.ok(types.length > 40, `found ${types.length} types of options`);
  const forgotten = types.filter((name) => !unchecked.has(name) && !source.includes(`OptionNames<${name}>`));
  assert.deepEqual(forgotten, [], "declare OptionNames of these types, and check them with checkOptions");
});
