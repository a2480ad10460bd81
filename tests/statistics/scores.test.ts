import assert from "node:assert/strict";
import fc from "fast-check";
import {
  coverage,
  crps,
  crpsNormal,
  logScore,
  logScoreNormal,
  mean,
  predictiveIntervals,
} from "../../lib/statistics/mod.ts";
import { random, special, tf } from "../../lib/tensor/mod.ts";

const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

const anywhere = fc.double({ min: -20, max: 20, noNaN: true }),
  width = fc.double({ min: 0.1, max: 5, noNaN: true });

Deno.test("crps() is the mean distance less half of the draws' own, over all pairs of different draws", () => {
  fc.assert(fc.property(fc.array(anywhere, { minLength: 2, maxLength: 12 }), anywhere, (draws, y) => {
    const n = draws.length,
      pairs = draws.flatMap((a, i) => draws.filter((_, j) => j !== i).map((b) => Math.abs(a - b)));
    const expected = mean(draws.map((x) => Math.abs(x - y))) -
      0.5 * pairs.reduce((a, b) => a + b, 0) / (n * (n - 1));
    near(crps(draws, y), expected, 1e-9);
  }));
});

Deno.test("crpsNormal() is the integral of the squared distance of the distribution functions", () => {
  const step = 0.01, x = Float64Array.from({ length: 2800 }, (_, i) => -14 + (i + 0.5) * step);
  for (const [m, sd, y] of [[0, 1, 0.3], [1, 2, -4], [-3, 0.5, 2]]) {
    const below = special.normalCdf(tf.tensor1d([...x]).sub(m).div(sd)).dataSync();
    near(
      crpsNormal(m, sd, y),
      x.reduce((sum, at, i) => sum + step * (below[i] - Number(at >= y)) ** 2, 0),
      2e-3,
    );
  }
  // By Python's math.erf.
  near(crpsNormal(0, 1, 0.3), 0.26933290068666325, 1e-14);
  near(crpsNormal(1, 2, -4), 3.8796373816210004, 1e-13);
  near(crpsNormal(-3, 0.5, 2), 4.717905208226122, 1e-13);
  near(crpsNormal(0, 1, 9), 9 - 1 / Math.sqrt(Math.PI), 1e-12);
});

Deno.test("crpsNormal() and crps() of its draws agree, and far away they are the absolute error", () => {
  const z = random.normal(random.key(0), [20_000]).dataSync();
  fc.assert(
    fc.property(anywhere, width, anywhere, (m, sd, y) => {
      near(crps(Array.from(z, (x) => m + sd * x), y), crpsNormal(m, sd, y), 0.03 * sd);
      near(crpsNormal(m, sd, m + 50 * sd), (50 - 1 / Math.sqrt(Math.PI)) * sd, 1e-9 * sd);
      near(crpsNormal(m, sd, y), crpsNormal(-m, sd, -y), 1e-12);
    }),
    { numRuns: 10 },
  );
});

Deno.test("logScore() is that of the mixture, wherever the densities lie", () => {
  const parts = fc.array(fc.tuple(anywhere, width), { minLength: 1, maxLength: 9 });
  fc.assert(fc.property(parts, anywhere, fc.double({ min: -1e5, max: 1e5, noNaN: true }), (all, y, shift) => {
    const logs = all.map(([m, sd]) => logScoreNormal(m, sd, y)), together = logScore(logs);
    near(logScore(logs.map((log) => log + shift)), together + shift, 1e-9);
    const largest = Math.max(...logs);
    assert.ok(together <= largest + 1e-12 && together >= largest - Math.log(all.length) - 1e-12);
  }));
  near(logScoreNormal(1, 2, 3), -0.5 - Math.log(2) - 0.5 * Math.log(2 * Math.PI), 1e-12);
  assert.equal(logScore([-Infinity, -Infinity]), -Infinity);
  assert.ok(Number.isNaN(logScore([0, NaN])));
});

Deno.test("the best forecast is the true one, by each score", () => {
  const observed = random.normal(random.key(1), [4000]).dataSync();
  const of = (score: (m: number, sd: number, y: number) => number, m: number, sd: number) =>
    mean(Array.from(observed, (y) => score(m, sd, y)));
  for (const [m, sd] of [[0.3, 1], [0, 1.4], [0, 0.7]]) {
    assert.ok(of(crpsNormal, 0, 1) < of(crpsNormal, m, sd));
    assert.ok(of(logScoreNormal, 0, 1) > of(logScoreNormal, m, sd));
  }
});

Deno.test("scores reject what is no forecast", () => {
  assert.throws(() => crps([1], 0), { message: "Cannot take a score: found 1 draws, expected two or more" });
  assert.throws(() => logScore([]), {
    message: "Cannot take a log score: found no densities, expected one or more",
  });
  for (const sd of [0, -1, NaN]) {
    const message = `Cannot score a normal forecast: its standard deviation is ${sd}, expected above 0`;
    assert.throws(() => crpsNormal(0, sd, 0), { message });
    assert.throws(() => logScoreNormal(0, sd, 0), { message });
  }
  assert.ok(Number.isNaN(crps([1, NaN], 0)));
  assert.ok(Number.isNaN(crpsNormal(0, 1, NaN)));
});

Deno.test("predictiveIntervals() and coverage() agree with quantiles by hand", () => {
  const draws = 101,
    data = Float64Array.from({ length: 2 * draws }, (_, i) => (i % 2 ? 10 : 1) * Math.floor(i / 2));
  const intervals = predictiveIntervals({ data, draws, places: 2 }, 0.9);
  assert.deepEqual([...intervals.low].map(Math.round), [5, 50]);
  assert.deepEqual([...intervals.high].map(Math.round), [95, 950]);
  assert.deepEqual([...intervals.mean], [50, 500]);
  assert.equal(coverage(intervals, [50, 951]), 0.5);
  assert.equal(coverage(intervals, [6, 949]), 1);
});

Deno.test("predictiveIntervals() rejects values that are not draws times places", () => {
  assert.throws(() => predictiveIntervals({ data: [1, 2, 3], draws: 2, places: 2 }), {
    message: "Cannot take intervals: found 3 values, expected 2 draws (2 or more) of 2 places",
  });
});

Deno.test("coverage() rejects observations that are not one for each interval", () => {
  const intervals = predictiveIntervals({ data: [1, 2, 3, 4], draws: 2, places: 2 });
  assert.throws(() => coverage(intervals, [1]), {
    message: "Cannot take a coverage: found 1 observations for 2 intervals, expected one each",
  });
});
