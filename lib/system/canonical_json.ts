import { formatPlain } from "./plain_json.ts";

/**
 * Writes a value as JSON with the names of records in order, so that equal values have equal texts
 * and others have not: numbers that JSON lacks are written as `formatPlain` does; undefined is
 * written as null. Functions, which cannot be compared, are left out.
 *
 * @throws Error for what is not plain data.
 *
 * @example The order of names does not matter
 * ```ts
 * import { canonicalJson } from "@pyrosaur/pyrosaur/system";
 * import assert from "node:assert/strict";
 *
 * assert.equal(canonicalJson({ b: [{ d: 2, c: 3 }], a: null }), '{"a":null,"b":[{"c":3,"d":2}]}');
 * assert.notEqual(canonicalJson({ clip: Infinity }), canonicalJson({ clip: null }));
 * ```
 */
export function canonicalJson(value: unknown): string {
  return value === undefined ? "null" : formatPlain(value, { inOrder: true, omitFunctions: true });
}
