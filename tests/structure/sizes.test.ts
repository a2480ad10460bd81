import assert from "node:assert/strict";
import { modulesOf } from "./imports.ts";

const FAMILIES = "lib/distributions/families";

const read = (path: string): string => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

/** The number of lines of a file, as `wc -l` counts them. */
const linesOf = (path: string): number => read(path).split("\n").length - 1;

/** The files of the families: neither the contents page nor what families share. */
const families = modulesOf(FAMILIES).filter((path) => /families\/(?!mod\.ts)\w+\.ts$/.test(path));

/** The file named after a class: `HalfNormal` stands in `half_normal.ts`, `LKJCholesky` in `lkj_cholesky.ts`. */
const fileNamedAfter = (name: string): string =>
  `${FAMILIES}/${name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase()}.ts`;

Deno.test("every family of distributions stands in the file named after it", () => {
  const found = modulesOf(FAMILIES).flatMap((path) =>
    [...read(path).matchAll(/^export (?:abstract )?class (\w+)/gm)].map(([, name]) => ({ name, path }))
  );
  assert.ok(found.length >= 20, `only ${found.length} families are found`);
  for (const { name, path } of found) assert.equal(path, fileNamedAfter(name), name);
  assert.equal(found.length, families.length, "a file of families holds no family; move it to util/");
});

Deno.test("half of the families have at most 40 lines", () => {
  const sizes = families.map(linesOf).sort((a, b) => a - b), middle = sizes.length / 2;
  const median = (sizes[Math.floor(middle)] + sizes[Math.ceil(middle) - 1]) / 2;
  assert.ok(median <= 40, `the median is ${median} lines`);
});

Deno.test("no file of the library has more than 330 lines", () => {
  const long = modulesOf("lib").map((path) => ({ path, lines: linesOf(path) })).filter(({ lines }) =>
    lines > 330
  );
  assert.deepEqual(long, []);
});

Deno.test("training by SVI takes at most 1,000 lines", () => {
  const lines = modulesOf("lib/infer/svi").reduce((sum, path) => sum + linesOf(path), 0);
  assert.ok(lines <= 1000, `lib/infer/svi has ${lines} lines`);
});
