import assert from "node:assert/strict";
import fc from "fast-check";
import { auroc, calibration, decisions, logLoss, rejectionCurve } from "../../lib/statistics/mod.ts";

const scores = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 });

Deno.test("auroc() is the share of pairs in the right order, ties half", () => {
  fc.assert(fc.property(scores, scores, (high, low) => {
    let wins = 0;
    for (const h of high) for (const l of low) wins += h > l ? 1 : h === l ? 0.5 : 0;
    assert.ok(Math.abs(auroc(high, low) - wins / high.length / low.length) < 1e-12);
    assert.ok(Math.abs(auroc(high, low) + auroc(low, high) - 1) < 1e-12);
  }));
  assert.ok(Number.isNaN(auroc([1, NaN], [0])));
  assert.throws(() => auroc([], [1]), {
    message: "Cannot tell scores apart: found 0 high and 1 low ones, expected some of both",
  });
});

Deno.test("rejectionCurve() keeps what is no less sure than each threshold", () => {
  const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.boolean()), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(fc.property(cases, (drawn) => {
    const confidence = drawn.map(([c]) => c / 10), correct = drawn.map(([, right]) => right);
    const { threshold, kept, accuracy, area } = rejectionCurve(confidence, correct);
    assert.deepEqual([...threshold], [...new Set(confidence)].sort((a, b) => b - a));
    threshold.forEach((t, i) => {
      const own = correct.filter((_, j) => confidence[j] >= t);
      assert.equal(kept[i], own.length / drawn.length);
      assert.equal(accuracy[i], own.filter(Boolean).length / own.length);
    });
    assert.ok(area >= 0 && area <= 1);
    assert.ok(
      Math.abs(area - kept.reduce((s, k, i) => s + (k - (kept[i - 1] ?? 0)) * accuracy[i], 0)) < 1e-12,
    );
  }));
  assert.equal(rejectionCurve([0.5, 0.5], [true, false]).area, 0.5);
  assert.equal(rejectionCurve([0.9, 0.5], [1, 0]).area, 0.75);
});

Deno.test("calibration() puts each decision into one bin; those that nobody makes count nothing", () => {
  const { error, bins } = calibration([0, 0.05, 0.1, 1, 1], [0, 1, 0, 1, 1], 10);
  assert.deepEqual(bins.map(({ count }) => count), [3, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  assert.ok(Math.abs(error - (Math.abs(0.15 - 1) + 0) / 5) < 1e-12);
  assert.ok(Number.isNaN(bins[1].accuracy) && bins[9].accuracy === 1);
  assert.equal(calibration([0.3], [true]).bins.length, 15);
  assert.throws(() => calibration([0.3, 1.2], [1, 1]), /confidence 1 is 1.2, expected a number from 0 to 1/);
  assert.throws(() => calibration([NaN], [1]), /confidence 0 is NaN/);
  assert.throws(() => calibration([], []), /found 0 confidences for 0 decisions/);
  assert.throws(() => calibration([0.5], [1], 0), /found 0 bins/);
});

Deno.test("decisions() are those of the largest probability, with the entropy of all", () => {
  const { choice, confidence, entropy } = decisions([Math.log(0.5), Math.log(0.5), 0, -Infinity], 2);
  assert.deepEqual([[...choice], [...confidence]], [[0, 0], [0.5, 1]]);
  assert.ok(Math.abs(entropy[0] - Math.log(2)) < 1e-12);
  assert.equal(entropy[1], 0);
  assert.throws(() => decisions([0, 0, 0], 2), {
    message: "Cannot read probabilities: found 3 numbers, expected rows of 2 classes",
  });
});

Deno.test("logLoss() is of the classes that came, also where one of them never does", () => {
  assert.equal(logLoss([0, -Infinity, -3, -2], 2, [0, 1]), 1);
  assert.equal(logLoss([0, -Infinity], 2, [1]), Infinity);
  assert.throws(() => logLoss([0, 0], 2, [2]), /label 0 is 2, expected a class from 0 to 1/);
  assert.throws(() => logLoss([0, 0], 2, [0, 1]), /found 2 labels for 1 cases/);
});
