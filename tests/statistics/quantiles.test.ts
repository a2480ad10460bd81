import assert from "node:assert/strict";
import fc from "fast-check";
import {
  autocovariance,
  betaProbability,
  betaQuantile,
  chiSquareTail,
  normalQuantile,
} from "../../lib/statistics/mod.ts";

const near = (found: number, expected: number, error = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= error * Math.max(1, Math.abs(expected)), `${found}, ${expected}`);

Deno.test("quantiles and tails are SciPy's", () => {
  near(normalQuantile(0.975), 1.959963984540054);
  near(normalQuantile(1e-10), -6.361340902404056);
  near(normalQuantile(0.3), -0.5244005127080409);
  assert.deepEqual([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)], [-Infinity, 0, Infinity]);
  near(betaQuantile(0.1586553, 31, 71), 0.2584426526470037);
  near(betaProbability(0.3, 2, 5), 0.579825);
  near(chiSquareTail(9, 9), 0.43727418891386);
  near(chiSquareTail(30, 10), 0.000856641210775301);
  assert.deepEqual([chiSquareTail(0, 3), betaProbability(0, 1, 1), betaProbability(2, 1, 1)], [1, 0, 1]);
});

Deno.test("betaQuantile() is the inverse of betaProbability()", () => {
  const shape = fc.double({ min: 0.5, max: 500, noNaN: true });
  fc.assert(fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (p, a, b) => {
    near(betaProbability(betaQuantile(p, a, b), a, b), p, 1e-9);
  }));
});

Deno.test("autocovariance() is the sum over pairs at each lag", () => {
  const numbers = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(numbers, (values) => {
    const n = values.length, mean = values.reduce((a, b) => a + b) / n, found = autocovariance(values);
    assert.equal(found.length, n);
    found.forEach((value, lag) => {
      let sum = 0;
      for (let i = 0; i + lag < n; i++) sum += (values[i] - mean) * (values[i + lag] - mean);
      near(value, sum / n);
    });
  }));
});
