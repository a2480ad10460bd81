import assert from "node:assert/strict";
import { modulesOf } from "./imports.ts";

/** These have the machine for themselves: `deno task test:slurm`. */
const ALONE = "tests/slurm/";

/** The lines of code of tests that match. */
const linesThat = (pattern: RegExp): string[] =>
  modulesOf("tests").filter((path) => !path.startsWith(ALONE)).flatMap((path) =>
    Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url)).split("\n").flatMap((line, i) =>
      pattern.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : []
    )
  );

Deno.test("tests that run beside each other take free ports and keep to the present folder", () => {
  assert.deepEqual(linesThat(/\bchdir\(/), []);
  assert.deepEqual(linesThat(/\bport: [1-9]|\bhostname: "0\.0\.0\.0"/), []);
});

Deno.test("the rules find what breaks them", () => {
  assert.ok(linesThat(/\bport: 0/).length >= 3);
});
