import assert from "node:assert/strict";
import { denseLiteral, literal } from "../../../lib/compile/stablehlo/numbers.ts";

const cases: [number, "float" | "int32" | "bool", boolean, string][] = [
  [1, "float", false, "1.0"],
  [-0.5, "float", false, "-0.5"],
  [1e-7, "float", true, "1.0e-7"],
  [1.5e300, "float", true, "1.5e+300"],
  [0.1, "float", true, "0.1"],
  [0.1, "float", false, "0.10000000149011612"],
  [-0, "float", false, "0x80000000"],
  [-0, "float", true, "0x8000000000000000"],
  [Infinity, "float", false, "0x7F800000"],
  [-Infinity, "float", true, "0xFFF0000000000000"],
  [NaN, "float", false, "0x7FC00000"],
  [1e300, "float", false, "0x7F800000"],
  [1e-60, "float", false, "0.0"],
  [-7, "int32", false, "-7"],
  [1, "bool", false, "true"],
  [0, "bool", false, "false"],
];
for (const [number, dtype, double, expected] of cases) {
  Deno.test(`literal() writes ${number} as ${dtype === "float" ? (double ? "f64" : "f32") : dtype}: ${expected}`, () =>
    assert.equal(literal(number, dtype, double), expected));
}

Deno.test("denseLiteral() writes the bytes of numbers, lists booleans, and nothing for nothing", () => {
  assert.equal(denseLiteral([1, -2], [2], "float", false), '"0x0000803F000000C0"');
  assert.equal(denseLiteral([1], [1], "float", true), '"0x000000000000F03F"');
  assert.equal(denseLiteral([1, 256], [2], "int32", false), '"0x0100000000010000"');
  assert.equal(denseLiteral([1, 0], [2], "bool", false), "[true, false]");
  assert.equal(denseLiteral([], [0, 3], "float", false), "");
});
