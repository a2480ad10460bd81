import assert from "node:assert/strict";
import fc from "fast-check";
import { parseExactJson } from "../../../lib/serve/protocol/exact_json.ts";

/** Parses JSON as the platform does, but for integers that it rounds. */
const platform = (text: string): unknown =>
  JSON.parse(
    text,
    (_, x, { source }: any = {}) =>
      typeof x === "number" && /^-?\d+$/.test(source) && !Number.isSafeInteger(x) ? BigInt(source) : x,
  );

Deno.test("parseExactJson() reads JSON as JSON.parse does", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    assert.deepEqual(parseExactJson(text), platform(text));
    // A long integer has the own parser read all of it.
    assert.deepEqual(parseExactJson(`[${text},10000000000000000]`), [platform(text), 10000000000000000n]);
  }));
});

Deno.test("parseExactJson() keeps all digits of integers beyond 2^53, and fractions as they are", () => {
  assert.deepEqual(
    parseExactJson('{"a": [9223372036854775807, -9007199254740993, 1234567890.12345678901, 1e30, 3]}'),
    {
      a: [9223372036854775807n, -9007199254740993n, 1234567890.12345678901, 1e30, 3],
    },
  );
});

Deno.test("parseExactJson() reads NaN and infinity within data, and nowhere else", () => {
  const { inputs: [{ data }] } = parseExactJson(
    '{"inputs": [{"data": [NaN, [Infinity, -Infinity]]}]}',
  ) as any;
  assert.deepEqual(data, [NaN, [Infinity, -Infinity]]);
  for (
    const text of [
      '{"shape": [NaN]}',
      "NaN",
      '{"id": Infinity}',
      '{"data": [{"x": NaN}]}',
      '{"data": [Nan]}',
      '{"data": [--Infinity]}',
    ]
  ) {
    assert.throws(() => parseExactJson(text), SyntaxError, text);
  }
});

Deno.test("parseExactJson() refuses what is no JSON, wherever it breaks off", () => {
  const whole = '{"data": [NaN, "\\u00e9\\n", true, null, -1.5e3], "b": {"c": []}}';
  assert.ok(parseExactJson(whole));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => parseExactJson(whole.slice(0, length)), SyntaxError, whole.slice(0, length));
  }
  for (
    const text of [
      '{"data": [NaN,]}',
      '{"data": [NaN] "b": 1}',
      "{data: [NaN]}",
      '{"data": [NaN]} x',
      '{"data": [01, NaN]}',
    ]
  ) {
    assert.throws(() => parseExactJson(text), SyntaxError, text);
  }
  assert.throws(() => parseExactJson(`{"data": ${"[".repeat(1e5)}NaN`), /at most 100 levels/);
});
