import assert from "node:assert/strict";
import { findingsIn } from "./comments.ts";
import { modulesOf } from "./imports.ts";

/** Folders whose comments are not in order yet. */
const LATER: readonly string[] = [
  "lib/compile",
  "lib/data",
  "lib/distributions",
  "lib/infer",
  "lib/models",
  "lib/nn",
  "lib/plot",
  "lib/ppl",
  "lib/results",
  "lib/serve",
  "experiments",
  "tasks",
  "bench",
];

const modules = ["lib", "experiments", "tasks", "bench"].flatMap(modulesOf);
const found = modules.flatMap((path) => {
  const text = Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
  return findingsIn(text).map(({ line, rule }) => ({ path, text: `${path}:${line}: ${rule}` }));
});
const isIn = (folder: string) => ({ path }: { readonly path: string }) => path.startsWith(`${folder}/`);

Deno.test("doc comments begin with a noun or a verb, and comments have 100 columns at most", () => {
  const open = found.filter((finding) => !LATER.some((folder) => isIn(folder)(finding)));
  assert.equal(open.length, 0, `mend these comments:\n${open.map(({ text }) => text).join("\n")}`);
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
