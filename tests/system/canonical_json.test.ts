import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "../../lib/system/mod.ts";

Deno.test("canonicalJson() writes records whose names come in another order alike", () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).reverse().map(([name, part]) => [name, reversed(part)]));
  };
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.equal(canonicalJson(reversed(value)), canonicalJson(value));
    assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
  }));
});

Deno.test("canonicalJson() tells lists in another order apart, and writes undefined as null", () => {
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
  assert.equal(canonicalJson(undefined), "null");
});
