import assert from "node:assert/strict";
import fc from "fast-check";
import { beyondLimits } from "../../lib/system/mod.ts";
import { stopwatch } from "../stopwatch.ts";

/** The depth of a value as JSON nests it. */
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

Deno.test("beyondLimits() refuses exactly the JSON that is nested deeper, brackets in text aside", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, depth) => {
    const text = JSON.stringify(value, null, 1);
    assert.equal(beyondLimits(text, { depth }) === undefined, depthOf(value) <= depth);
  }));
  assert.equal(beyondLimits('["[[[", "\\"[[", {"]": "\\\\"}]', { depth: 2 }), undefined);
});

Deno.test("beyondLimits() says how long a text is, and is done with ten million characters in a moment", () => {
  assert.equal(beyondLimits("12345", { length: 4 }), "it has 5 characters, expected at most 4");
  const seconds = stopwatch();
  assert.match(beyondLimits("[".repeat(1e7))!, /^line 1, column 101: found more than 100 brackets/);
  assert.equal(beyondLimits(`[${"[1],\n".repeat(2e6)}[1]]`), undefined);
  assert.ok(seconds() < 1);
});
