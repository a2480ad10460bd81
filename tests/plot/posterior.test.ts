import assert from "node:assert/strict";
import { energyPlot, essPlot, forestPlot, pairPlot, predictivePlot, tracePlot } from "../../lib/plot/mod.ts";
import { bfmi, essBulk, interval } from "../../lib/statistics/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

const [CHAINS, DRAWS] = [3, 400];

/** Standard normal numbers, `[chains, draws, ...shape]`. */
const normal = (seed: number, ...shape: number[]) => {
  const all = [CHAINS, DRAWS, ...shape];
  return { data: Float64Array.from(random.normal(random.key(seed), all).dataSync()), shape: all };
};
const diverging = {
  data: Float64Array.from({ length: CHAINS * DRAWS }, (_, i) => Number(i % 500 === 7)),
  shape: [CHAINS, DRAWS],
};
const result = {
  chains: { mu: normal(0), theta: normal(1, 2) },
  extraFields: { diverging, energy: normal(2) },
};

/** The rows of the layers of a plane. */
const rowsOf = (plane: any): Record<string, number>[][] => plane.layer.map((layer: any) => layer.data.values);

Deno.test("rank bars count each chain's ranks among all, whatever the chains", () => {
  const shifted = { ...result.chains.mu, data: result.chains.mu.data.map((x, i) => i < DRAWS ? x - 9 : x) };
  const { spec } = tracePlot({ chains: { mu: shifted } }), [ranks] = spec.concat as any[];
  const [first, second] = rowsOf(ranks).map((rows) =>
    rows.map(({ y, y2 }) => Math.round(1e6 * (y2 - y)) / 1e6)
  );
  // The first chain has all of the lowest third of the ranks, and nothing else.
  assert.equal(first.filter((height) => height > 0).length, 7);
  assert.ok(second.slice(0, 6).every((height) => height === 0) && second[19] > 0);
});

Deno.test("pairs show every divergence, and of the other draws at most a thousand", () => {
  const { spec } = pairPlot(result), rows = spec.vconcat as any[];
  assert.deepEqual(rows.map(({ hconcat }) => hconcat.length), [1, 2]);
  const [draws, divergent] = rowsOf(rows[0].hconcat[0]);
  assert.ok(draws.length <= 1000 && divergent.length === 3);
  const { data } = result.chains.mu;
  divergent.forEach(({ x }, i) => assert.ok(Math.abs(x - data[7 + 500 * i]) < 1e-5));
});

Deno.test("a forest has the intervals of each number of each posterior, of all chains or of each", () => {
  const { spec } = forestPlot({ NUTS: result, guide: { mu: tf.range(0, 101) } }, { masses: [0.2, 0.9] });
  const [outer] = rowsOf(spec);
  assert.deepEqual(outer.map(({ name, by }) => `${name} ${by}`), [
    "mu NUTS",
    "theta[0] NUTS",
    "theta[1] NUTS",
    "mu guide",
  ]);
  const { low, high } = interval(result.chains.mu.data, 0.9);
  assert.ok(Math.abs(outer[0].x - low) < 1e-4 && Math.abs(outer[0].x2 - high) < 1e-4);
  assert.deepEqual([outer[3].x, outer[3].x2], [5, 95]);
  const each = forestPlot(result, { sites: ["theta[1]"], byChain: true });
  assert.deepEqual(rowsOf(each.spec)[0].map(({ by }) => by), ["chain 1", "chain 2", "chain 3"]);
});

Deno.test("energies and effective sample sizes are those of the diagnostics", () => {
  const energies = [0, 1, 2].map((c) => result.extraFields.energy.data.subarray(c * DRAWS, (c + 1) * DRAWS));
  const expected = bfmi(energies).map((b) => b.toFixed(2)).join(", ");
  assert.deepEqual((energyPlot(result, { title: "E" }).spec.title as any).subtitle, [
    `BFMI by chain: ${expected}`,
  ]);
  const [bulk] = essPlot(result, { sites: ["mu"] }).spec.concat as any[], last = rowsOf(bulk)[0].at(-1)!;
  const mu = [0, 1, 2].map((c) => result.chains.mu.data.subarray(c * DRAWS, (c + 1) * DRAWS));
  assert.equal(last.x, CHAINS * DRAWS);
  assert.ok(Math.abs(last.y - essBulk(mu)) < 1e-2);
});

Deno.test("a predictive check counts data and predictions in the same bars", () => {
  const observed = { data: Int32Array.of(0, 1, 1, 3), shape: [4] };
  const predicted = { data: Int32Array.of(0, 1, 1, 3, 0, 0, 0, 0), shape: [2, 4] };
  const [bars, spans, middle] = rowsOf(predictivePlot(observed, predicted, { mass: 0.5 }).spec);
  assert.deepEqual(bars.map(({ x, x2, y2 }) => [x, x2, y2]), [[-0.5, 0.5, 1], [0.5, 1.5, 2], [1.5, 2.5, 0], [
    2.5,
    3.5,
    1,
  ]]);
  assert.deepEqual(spans.map(({ low, high }) => [low, high]), [[1.75, 3.25], [0.5, 1.5], [0, 0], [
    0.25,
    0.75,
  ]]);
  assert.deepEqual(middle.map(({ x, y }) => [x, y]), [[0, 2.5], [1, 1], [2, 0], [3, 0.5]]);
});

Deno.test("figures of draws refuse what they cannot draw", () => {
  const many = { chains: { w: normal(3, 50) } },
    none = { chains: { mu: { data: new Float64Array(), shape: [2, 0] } } };
  const cases: [() => unknown, string][] = [
    [() => tracePlot(result, { sites: ["nu"] }), 'Cannot draw a trace of "nu": the sites are mu, theta'],
    [
      () => tracePlot(many),
      "Cannot draw a trace: found 50 numbers, expected 1 to 40; name some in the option sites",
    ],
    [() => tracePlot(none), 'Cannot draw a trace: "mu" has no draws'],
    [
      () => pairPlot(result, { sites: ["mu"] }),
      "Cannot draw pairs: found the number mu alone, expected at least 2",
    ],
    [
      () => forestPlot({ NUTS: {} as never, a: 3 as never }),
      'Cannot draw a forest: "a" is no record of draws',
    ],
    [
      () => essPlot({ chains: { x: { data: new Float64Array(6), shape: [1, 6] } } }),
      "Cannot draw effective sample sizes: found chains of 6 draws, expected at least 8",
    ],
    [
      () => predictivePlot(tf.zeros([3]), tf.zeros([3, 4])),
      "Cannot draw a predictive check: found predictions of shape [3,4] for data of shape [3], expected draws along " +
      "the first axis, and the data's shape behind it",
    ],
    [
      () => predictivePlot(tf.tensor1d([1, NaN]), tf.zeros([3, 2])),
      "Cannot draw a predictive check: found NaN among the data, expected finite numbers",
    ],
  ];
  for (const [draw, message] of cases) assert.throws(draw, { message });
});
