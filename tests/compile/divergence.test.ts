import assert from "node:assert/strict";
import fc from "fast-check";
import { type Arithmetic, divergence, itakuraSaito } from "../../lib/compile/ops/itakura_saito.ts";

const numbers: Arithmetic<number> = {
  number: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  log: Math.log,
  abs: Math.abs,
  choose: (x, y, a, b) => x <= y ? a : b,
};

const near = fc.tuple(fc.double({ min: 1e-30, max: 1e30 }), fc.double({ min: -0.7, max: 0.7 }))
  .map(([y, part]) => [y * (1 + part), y] as const);

Deno.test("a divergence of two numbers has the bits of the formula that engines write", () => {
  const isSame = ([x, y]: readonly [number, number]) =>
    assert.ok(Object.is(divergence(x, y), itakuraSaito(x, y, numbers)), `${x}, ${y}`);
  fc.assert(fc.property(near, isSame));
  fc.assert(fc.property(fc.tuple(fc.double(), fc.double()), isSame));
  assert.equal(divergence(3, 3), 0);
});
