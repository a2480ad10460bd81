import assert from "node:assert/strict";
import fc from "fast-check";
import { flatten, mapTree, unflatten } from "../../lib/tensor/mod.ts";

const isNumber = (value: unknown): value is number => typeof value === "number";
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    fc.integer(),
    fc.constant(null),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node"), { noNullPrototype: true }),
  ),
})).node;

Deno.test("flatten() walks records in key order, whatever order they were written in", () => {
  const a = flatten({ x: 1, y: [2, 3] }, isNumber), b = flatten({ y: [2, 3], x: 1 }, isNumber);
  assert.deepEqual(a, b);
  assert.deepEqual(a, { leaves: [1, 2, 3], paths: ["x", "y[0]", "y[1]"], structure: "{x:*,y:[*,*]}" });
});

Deno.test("mapTree() with the identity gives an equal tree, and visits leaves as flatten() lists them", () => {
  fc.assert(fc.property(tree, (value) => {
    const seen: number[] = [];
    const copy = mapTree(value, isNumber, (leaf) => {
      seen.push(leaf);
      return leaf;
    });
    assert.deepEqual(copy, value);
    assert.deepEqual(seen, flatten(value, isNumber).leaves);
  }));
});

Deno.test("unflatten() puts back what flatten() took out, and counts the leaves", () => {
  fc.assert(fc.property(tree, (value) => {
    const { leaves } = flatten(value, isNumber);
    assert.deepEqual(unflatten(value, isNumber, leaves), value);
    assert.throws(() => unflatten(value, isNumber, [...leaves, 1]), {
      message: `Cannot put leaves into a tree: found ${leaves.length + 1} of them, expected ${leaves.length}`,
    });
  }));
});

Deno.test("flatten() tells structures apart: lists from records, static values from each other", () => {
  const of = (value: unknown) => flatten(value, isNumber).structure;
  assert.notEqual(of([1, 2]), of({ 0: 1, 1: 2 }));
  assert.notEqual(of({ mode: "a" }), of({ mode: "b" }));
  assert.notEqual(of([1, null]), of([1]));
  const make = (n: number) => () => n;
  assert.notEqual(of([make(1)]), of([make(2)]));
});
