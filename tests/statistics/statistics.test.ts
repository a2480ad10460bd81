import assert from "node:assert/strict";
import fc from "fast-check";
// @ts-types="npm:@types/d3-array@3.2.2"
import * as d3 from "d3-array";
import {
  allFinite,
  covariance,
  evenlySpaced,
  finite,
  interval,
  kernelDensity,
  mean,
  median,
  moments,
  quantile,
  quantileError,
  share,
  standardDeviation,
  standardError,
} from "../../lib/statistics/mod.ts";

const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 40 });

const near = (found: number, expected: number, tolerance = 1e-9) =>
  assert.ok(
    Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${found}, not ${expected}`,
  );

Deno.test("mean(), moments(), covariance() and standardError() agree with arithmetic by hand", () => {
  assert.equal(mean(Float32Array.of(1, 2, 3, 4)), 2.5);
  assert.deepEqual(moments([1, 2, 3, 4]), { mean: 2.5, sd: Math.sqrt(5 / 3) });
  near(covariance([1, 2, 3, 4], [2, 1, 4, 3]), 1);
  near(standardError([1, 2, 3, 4]), Math.sqrt(5 / 12));
});

Deno.test("moments(), covariance() and standardError() are those of the definitions, wherever the values lie", () => {
  fc.assert(fc.property(numbers, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (values, shift) => {
    const moved = values.map((x) => x + shift), { mean: middle, sd } = moments(moved);
    near(middle, mean(moved));
    near(sd, standardDeviation(moved));
    near(covariance(moved, moved), sd ** 2, 1e-6);
    near(standardError(moved), sd / Math.sqrt(values.length), 1e-6);
    near(sd, standardDeviation(values), 1e-6);
  }));
});

Deno.test("summaries of numbers are those of d3-array", () => {
  fc.assert(fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
    assert.equal(mean(values), d3.mean(values));
    assert.equal(moments(values).sd, d3.deviation(values));
    assert.equal(quantile(values, p), d3.quantile(values, p));
  }));
});

Deno.test("NaN among the values makes every summary NaN; finite() leaves it out", () => {
  const values = [1, NaN, 3], { mean: middle, sd } = moments(values);
  const found = [
    mean(values),
    middle,
    sd,
    standardDeviation(values),
    standardError(values),
    covariance(values, [1, 2, 3]),
    quantile(values, 0.1),
    quantileError(values, 0.5),
    interval(values).low,
  ];
  assert.ok(found.every(Number.isNaN), found.join());
  assert.deepEqual(finite([NaN, 1, -Infinity, 3]), [1, 3]);
});

Deno.test("evenlySpaced() keeps at most so many values, in their order", () => {
  assert.deepEqual(evenlySpaced([], 3), []);
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 50 }), (count, most) => {
      const values = Array.from({ length: count }, (_, i) => i), found = evenlySpaced(values, most);
      assert.ok(found.length <= most && (count > most || found.length === count));
      const steps = new Set(found.slice(1).map((value, i) => value - found[i]));
      assert.ok(steps.size <= 1 && (count === 0 || found[0] === 0));
    }),
  );
});

Deno.test("too few values give NaN, or an error where there is nothing to choose from", () => {
  const none = [mean([]), moments([]).mean, standardDeviation([1]), standardError([1]), covariance([1], [2])];
  assert.ok(none.every(Number.isNaN), none.join());
  assert.throws(() => quantile([], 0.5), {
    message: "Cannot take a quantile: found no values, expected at least one",
  });
  assert.throws(() => covariance([1, 2], [1]), {
    message: "Cannot take a covariance: found 2 and 1 draws, expected as many",
  });
  assert.throws(() => interval([1, 2], 1), {
    message: "Cannot take an interval: found a mass of 1, expected one between 0 and 1",
  });
});

Deno.test("quantile() is linear between neighbours, as NumPy's, in whatever order the values come", () => {
  const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  assert.deepEqual([-1, 0, 0.1, 0.5, 1, 2].map((p) => quantile(values, p)), [0, 0, 10, 50, 100, 100]);
  // numpy.quantile([3, 1, 10], [0.25, 0.9])
  near(quantile([3, 1, 10], 0.25), 2);
  near(quantile([3, 1, 10], 0.9), 8.6);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  near(quantileError(values, 0.5), 100 * 0.5 / Math.sqrt(101));
  assert.deepEqual(interval(values, 0.5), { low: 25, high: 75 });
});

Deno.test("share() has Wilson's interval, also where none are counted", () => {
  const none = share(Array(50).fill(false)),
    some = share([...Array(40).fill(true), ...Array(10).fill(false)]);
  assert.equal(none.rate, 0);
  assert.ok(none.interval[0] === 0 && Math.abs(none.interval[1] - 0.0713) < 1e-3);
  // Of 40 of 50, by R's prop.test without correction.
  assert.ok(Math.abs(some.interval[0] - 0.6696) < 1e-3 && Math.abs(some.interval[1] - 0.8876) < 1e-3);
});

Deno.test("kernelDensity() integrates to one and has the draws' mean", () => {
  const values = Float64Array.from({ length: 2001 }, (_, i) => 3 + Math.tan((i / 2000 - 0.5) * 2));
  const { x, density } = kernelDensity(values), step = x[1] - x[0];
  near(density.reduce((sum, d) => sum + d, 0) * step, 1, 0.01);
  near(density.reduce((sum, d, i) => sum + d * x[i], 0) * step, mean(values), 0.01);
});

Deno.test("kernelDensity() rejects draws that do not vary, or are not finite", () => {
  assert.throws(() => kernelDensity([2, 2, 2]), {
    message: "Cannot smooth a density: 3 draws have the standard deviation 0, expected > 0",
  });
  assert.throws(() => kernelDensity([2, NaN]), /2 draws have the standard deviation NaN/);
});

Deno.test("allFinite() finds a number that is not finite wherever it is", () => {
  for (const n of [0, 1, 3, 4, 9]) {
    const list = Array.from({ length: n }, (_, i) => i % 3 === 0 ? -1e-45 : i % 2 ? 3.4e38 : -i);
    const room = new Float32Array(n + 2).fill(NaN), part = room.subarray(1, n + 1);
    for (const values of [list, Float64Array.from(list), part]) {
      part.set(list);
      assert.equal(allFinite(values), true);
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (let i = 0; i < n; i++) {
          const good = values[i];
          values[i] = bad;
          assert.equal(allFinite(values), false, `${bad} at ${i} of ${n}`);
          values[i] = good;
        }
      }
    }
  }
});
