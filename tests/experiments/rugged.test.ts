import assert from "node:assert/strict";
import fc from "fast-check";
import { table } from "arquero";
import golden from "../golden/rugged_posterior.json" with { type: "json" };
import reference from "../../experiments/rugged/reference.json" with { type: "json" };
import { datasets } from "../../lib/data/mod.ts";
import { countriesOf } from "../../experiments/rugged/countries.ts";
import { leastSquares } from "../../experiments/rugged/least_squares.ts";
import { slopesOf } from "../../experiments/rugged/slopes.ts";
import { summaryTable } from "../../experiments/rugged/summary.ts";
import { thinned } from "../../experiments/rugged/thinned.ts";

const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: found ${actual}, expected ${expected}`);

Deno.test("countriesOf() keeps the rows with a GDP and takes its logarithm", () => {
  const { names, isAfrica, ruggedness, logGdp } = countriesOf(table({
    country: ["A", "B", "C"],
    rugged: [0.5, 1, 2],
    cont_africa: [1, 0, 0],
    rgdppc_2000: [Math.E, null, Math.E ** 2],
  }));
  assert.deepEqual(names, ["A", "C"]);
  assert.deepEqual([...isAfrica], [1, 0]);
  assert.deepEqual([...ruggedness], [0.5, 2]);
  near(logGdp[0], 1, 1e-12, "first");
  near(logGdp[1], 2, 1e-12, "second");
});

Deno.test("countriesOf() rejects a table without a GDP", () => {
  assert.throws(
    () => countriesOf(table({ country: ["A"], rugged: [1], cont_africa: [0], rgdppc_2000: [null] })),
    {
      message: "Cannot use the table of countries: no row has a value in rgdppc_2000",
    },
  );
});

Deno.test("leastSquares() finds the coefficients of data on two exact lines", () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(fc.property(number, number, number, number, (a, bA, bR, bAR) => {
    const isAfrica = Float64Array.from({ length: 12 }, (_, i) => i % 2),
      ruggedness = isAfrica.map((_, i) => 0.3 * i);
    const logGdp = isAfrica.map((africa, i) => a + bA * africa + (bR + bAR * africa) * ruggedness[i]);
    const found = leastSquares({ names: [], isAfrica, ruggedness, logGdp });
    const expected = { a, bA, bR, bAR, sigma: 0 };
    for (const name of ["a", "bA", "bR", "bAR", "sigma"] as const) {
      near(found[name], expected[name], 1e-9, name);
    }
  }));
});

Deno.test("leastSquares() of the twin lies within four standard errors of what it was drawn at", () => {
  const { value, parameters } = datasets.rugged.simulate(1);
  const found = leastSquares(countriesOf(value)),
    errors = { a: 0.14, bA: 0.22, bR: 0.08, bAR: 0.13, sigma: 0.05 };
  for (const name of ["a", "bA", "bR", "bAR", "sigma"] as const) {
    near(found[name], parameters[name], 4 * errors[name], name);
  }
});

Deno.test("leastSquares() rejects countries that are all equally rugged", () => {
  const one = (...v: number[]) => Float64Array.from(v);
  assert.throws(
    () =>
      leastSquares({
        names: [],
        isAfrica: one(1, 1, 0, 0),
        ruggedness: one(1, 1, 1, 1),
        logGdp: one(1, 2, 3, 4),
      }),
    {
      message: "Cannot fit a line: 2 points have one and the same x",
    },
  );
});

Deno.test("slopesOf() adds Africa's own part inside Africa only", () => {
  const { within, outside } = slopesOf({ bR: [1, 2], bAR: [10, -20] });
  assert.deepEqual([[...within], [...outside]], [[11, -18], [1, 2]]);
});

Deno.test("thinned() makes a long curve short without changing its mean", () => {
  assert.deepEqual(thinned([1, 3, 5, 7, 20], 3), {
    step: Float64Array.of(0.5, 2.5, 4),
    loss: Float64Array.of(2, 6, 20),
  });
  assert.deepEqual(thinned([1, 2], 500), { step: Float64Array.of(0, 1), loss: Float64Array.of(1, 2) });
});

Deno.test("summaryTable() takes draws and moments alike", () => {
  const draws = { a: [1, 3], bA: [0, 0], bR: [1, 1], bAR: [-1, 1] }, moment = { mean: 0.5, sd: 0.25 };
  const rows = summaryTable({ draws, moments: Array(6).fill(moment) }).objects() as Record<string, string>[];
  assert.deepEqual(rows.map((row) => row.quantity), [
    "a",
    "bA",
    "bR",
    "bAR",
    "slope in Africa",
    "slope elsewhere",
  ]);
  assert.equal(rows[0].draws, "2.000 ± 1.414");
  assert.equal(rows[4].draws, "1.000 ± 1.414");
  assert.equal(rows[5].draws, "1.000 ± 0.000");
  assert.ok(rows.every((row) => row.moments === "0.500 ± 0.250"));
});

Deno.test("the reference posterior is that of the reference values", () => {
  for (const name of Object.keys(reference) as (keyof typeof reference)[]) {
    assert.deepEqual(reference[name], golden[name], name);
  }
});
