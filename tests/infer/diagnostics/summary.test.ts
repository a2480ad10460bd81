import assert from "node:assert/strict";
import fc from "fast-check";
import { adam, AutoNormal, key, Normal, plate, sample, summary, SVI, tf } from "../../../mod.ts";
import { hpdi } from "../../../lib/statistics/mod.ts";

Deno.test("summary() names each number of a site by its place, and keeps the order of the sites", () => {
  const draws = { b: { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2, 1] }, a: tf.tensor1d([0, 2]) };
  const { rows } = summary(draws);
  assert.deepEqual(rows.map(({ name, mean, median }) => [name, mean, median]), [
    ["b[0,0]", 2, 2],
    ["b[1,0]", 3, 3],
    ["a", 1, 1],
  ]);
  assert.equal(rows[2].std, Math.SQRT2);
  assert.throws(() => summary(draws).row("c"), {
    message: 'Cannot find "c" in a summary of b[0,0], b[1,0], a',
  });
});

Deno.test("summary() of a guide's draws has the moments of the posterior", async () => {
  const model = (x: typeof y) => {
    const mean = sample("mean", new Normal(0, 10));
    using _data = plate("data", x.shape[0]);
    sample("x", new Normal(mean, 1), { obs: x });
  };
  const y = tf.tensor([1, 2, 3, 4]), guide = new AutoNormal(model);
  const { params } = await new SVI(model, guide, adam({ lr: 0.005 })).run(key(0), 5000, [y]);
  const { mean, std, low, high } = summary(guide.sampleLatent(key(1), params, [4000])).row("mean");
  assert.ok(Math.abs(mean - 2.5) < 0.1 && Math.abs(std - 0.5) < 0.1);
  assert.ok(low < 1.9 && high > 3.1);
});

Deno.test("summary() says which site has no draws", () => {
  const expected = "expected draws along the first axis, at least one";
  assert.throws(() => summary({ a: tf.zeros([2]), b: tf.scalar(1) }), {
    message: `Cannot summarise "b": found shape [], ${expected}`,
  });
  assert.throws(() => summary({ a: tf.zeros([0, 3]) }), {
    message: `Cannot summarise "a": found shape [0,3], ${expected}`,
  });
  assert.throws(() => summary({ a: [1, 2] as unknown as typeof tf.Tensor.prototype }), {
    message: 'Cannot summarise "a": found object, expected a tensor of draws',
  });
  assert.ok(Number.isNaN(summary({ a: tf.tensor([1]) }).row("a").std), "one draw has no spread");
});

Deno.test("a summary prints as a table with the share of its intervals", () => {
  const text = String(summary({ x: tf.range(0, 101) }, { mass: 0.5 }));
  assert.deepEqual(text.split("\n").map((line) => line.trim().split(/\s+/)), [
    ["mean", "std", "median", "25.0%", "75.0%"],
    ["x", "50.00", "29.30", "50.00", "0.000", "50.00"],
  ]);
});

Deno.test("a summary is a table of arquero, to sort and filter", async () => {
  const draws = { x: tf.range(0, 101), w: tf.tensor2d([[1, -5], [3, -7]]) };
  const table = await summary(draws).toTable();
  assert.deepEqual(table.columnNames(), ["name", "mean", "std", "median", "5.0%", "95.0%"]);
  assert.deepEqual(table.orderby("mean").array("name"), ["w[1]", "w[0]", "x"]);
});

Deno.test("hpdi() holds its share, and no interval between two draws that does is shorter", () => {
  const draws = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 40 });
  fc.assert(fc.property(draws, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (values, mass) => {
    const { low, high } = hpdi(values, mass), needed = Math.trunc(mass * values.length) + 1;
    const within = (from: number, to: number) => values.filter((v) => v >= from && v <= to).length;
    assert.ok(within(low, high) >= needed);
    for (const from of values) {
      for (const to of values) if (to - from < high - low) assert.ok(within(from, to) < needed);
    }
  }));
  assert.deepEqual(hpdi([1, NaN]), { low: NaN, high: NaN });
  assert.throws(() => hpdi([]), /found no draws/);
  assert.throws(() => hpdi([1], 1), /expected one between 0 and 1/);
});
