import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson, formatPlain, parsePlain } from "../../lib/system/mod.ts";

const special = [Infinity, -Infinity, NaN, null, 0, "Infinity", "NaN", { $number: "Infinity" }, {
  $array: "x",
}];

Deno.test("numbers that JSON lacks are told apart, from each other and from what looks like them", () => {
  for (const [i, a] of special.entries()) {
    assert.deepEqual(parsePlain(formatPlain({ clip: a })), { clip: a });
    for (const [j, b] of special.entries()) {
      assert.equal(canonicalJson({ clip: a }) === canonicalJson({ clip: b }), i === j, `${i} and ${j}`);
    }
  }
  assert.equal(canonicalJson(-0), canonicalJson(0), "equal values have equal texts");
  assert.ok(Object.is(parsePlain(formatPlain(-0)), -0), "but -0 comes back");
});

Deno.test("data's own names that look like the form's come back as they were", () => {
  const name = fc.constantFrom(
    "$number",
    "$array",
    "$$number",
    "$$$array",
    "$",
    "number",
    "bytes",
    "__proto__",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(...special, Float32Array.of(1, NaN)),
      fc.dictionary(name, tie("tree"), { noNullPrototype: true }),
      fc.array(tie("tree")),
    ),
  }));
  fc.assert(fc.property(tree, (value) => {
    assert.deepEqual(parsePlain(formatPlain(value)), value);
    assert.deepEqual(parsePlain(formatPlain(value, { inOrder: true })), value);
  }));
});

Deno.test("data nested too deep to be written are refused in a sentence", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 1e5; i++) deep = [deep];
  assert.throws(() => formatPlain(deep), { message: "Cannot write the data: they are nested too deep" });
});

Deno.test("functions are refused, or left out as JSON leaves them out", () => {
  const config = { lr: () => 0.1, steps: 3, hooks: [() => {}] };
  assert.throws(() => formatPlain(config), { message: "Cannot write lr (function): expected plain data" });
  assert.equal(formatPlain(config, { omitFunctions: true }), JSON.stringify(config));
  assert.equal(canonicalJson(config), '{"hooks":[null],"steps":3}');
});
