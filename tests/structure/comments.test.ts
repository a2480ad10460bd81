import assert from "node:assert/strict";
import { findingsIn } from "./comments.ts";
import { modulesOf } from "./imports.ts";

Deno.test("doc comments begin with a noun or a verb, and comments have 100 columns at most", () => {
  const found = ["lib", "experiments", "tasks", "bench"].flatMap(modulesOf).flatMap((path) => {
    const text = Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
    return findingsIn(text).map(({ line, rule }) => `${path}:${line}: ${rule}`);
  });
  assert.equal(found.length, 0, `mend these comments:\n${found.join("\n")}`);
});

Deno.test("findingsIn() tells comments from code, and lines that can be broken from others", () => {
  const long = "word ".repeat(21), address = `https://example.org/${"a".repeat(90)}`;
  const text = `/** Which of them. */
/**
 * How it is done.
 */
/** Returns what it holds, whether or not it is full. */
const code = "${long}";
// ${long}
// ${address}
  /**
   * ${long}
   */
`;
  assert.deepEqual(findingsIn(text).map(({ line, rule }) => `${line} ${rule}`), [
    '1 a doc comment begins with "Which", expected a noun (of a type) or a verb (of a function)',
    '2 a doc comment begins with "How", expected a noun (of a type) or a verb (of a function)',
    "7 a comment has 108 columns, expected at most 100",
    "10 a comment has 110 columns, expected at most 100",
  ]);
});
