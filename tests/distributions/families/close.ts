import assert from "node:assert/strict";

/** Asserts that numbers are the expected ones, to a ten-thousandth of their size. */
export function close(found: number[], expected: number[]): void {
  assert.equal(found.length, expected.length);
  expected.forEach((y, i) => {
    const ok = found[i] === y || Math.abs(found[i] - y) <= 1e-4 * Math.max(1, Math.abs(y));
    assert.ok(ok, `[${i}]: found ${found[i]}, expected ${y}`);
  });
}
