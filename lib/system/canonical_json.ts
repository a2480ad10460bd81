/**
 * Writes a value as JSON with the names of records in order, so that equal values have equal texts;
 * undefined is written as null.
 *
 * @example The order of names does not matter
 * ```ts
 * import { canonicalJson } from "@pyrosaur/pyrosaur/system";
 * import assert from "node:assert/strict";
 *
 * assert.equal(canonicalJson({ b: [{ d: 2, c: 3 }], a: null }), '{"a":null,"b":[{"c":3,"d":2}]}');
 * ```
 */
export function canonicalJson(value: unknown): string {
  const inOrder = (_name: string, part: unknown): unknown => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  };
  return JSON.stringify(value, inOrder) ?? "null";
}
