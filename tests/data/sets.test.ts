import assert from "node:assert/strict";
import { datasets, loadDataset, locateDataset } from "../../lib/data/mod.ts";

/** Data sets whose files lie on this machine; their tests are skipped by name elsewhere. */
const here = { rugged: false, jsb: false, ethusd: false, mnist: false, iris: false };
for (const name of Object.keys(here) as (keyof typeof here)[]) {
  here[name] = await locateDataset(name) !== undefined;
}

const numbers = (table: { array(name: string): ArrayLike<unknown> }, name: string) =>
  Array.from(table.array(name)) as number[];
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

Deno.test("rugged's twin has the real table's shape and is drawn from its regression", () => {
  const { value, parameters } = datasets.rugged.simulate(1);
  assert.deepEqual(value.columnNames(), ["isocode", "country", "rugged", "cont_africa", "rgdppc_2000"]);
  assert.equal(value.numRows(), 234);
  const known = value.filter((d: { rgdppc_2000: number | null }) => d.rgdppc_2000 !== null);
  const africa = numbers(known, "cont_africa"), rugged = numbers(known, "rugged");
  assert.deepEqual([known.numRows(), africa.filter((a) => a === 1).length], [170, 49]);
  const { a, bA, bR, bAR, sigma } = parameters;
  const residuals = numbers(known, "rgdppc_2000").map((gdp, i) =>
    Math.log(gdp) - (a + bA * africa[i] + bR * rugged[i] + bAR * africa[i] * rugged[i])
  );
  assert.ok(Math.abs(mean(residuals)) < 4 * sigma / Math.sqrt(170), `mean ${mean(residuals)}`);
  const sd = Math.sqrt(mean(residuals.map((r) => r * r)));
  assert.ok(Math.abs(sd - sigma) < 4 * sigma / Math.sqrt(2 * 170), `sd ${sd}`);
});

Deno.test("twins are equal for equal seeds and differ for others", () => {
  const text = (name: "rugged" | "jsb" | "ethusd", seed: number) => {
    const { value } = datasets[name].simulate(seed);
    return JSON.stringify("objects" in value ? value.objects() : value);
  };
  for (const name of ["rugged", "jsb", "ethusd"] as const) {
    assert.equal(text(name, 5), text(name, 5), name);
    assert.notEqual(text(name, 5), text(name, 6), name);
  }
});

Deno.test("ethusd's twin is a random walk of the log price with the known drift and volatility", () => {
  const { value, parameters } = datasets.ethusd.simulate(0);
  assert.equal(value.numRows(), 899);
  assert.deepEqual([value.get("date", 0), value.get("date", 898)], ["2015-08-07", "2018-01-21"]);
  const open = numbers(value, "open"),
    close = numbers(value, "close"),
    change = close.map((c, i) => Math.log(c / open[i]));
  const { drift, volatility } = parameters, sd = Math.sqrt(mean(change.map((c) => (c - mean(change)) ** 2)));
  assert.ok(Math.abs(mean(change) - drift) < 4 * volatility / Math.sqrt(899), `drift ${mean(change)}`);
  assert.ok(Math.abs(sd - volatility) < 4 * volatility / Math.sqrt(2 * 899), `volatility ${sd}`);
  numbers(value, "high").forEach((high, i) => assert.ok(high >= Math.max(open[i], close[i])));
});

Deno.test("mnist's twin has MNIST's shapes, all digits, and pixels flipped as often as it says", () => {
  const { value: { train, test }, parameters } = datasets.mnist.simulate(0);
  assert.deepEqual([train.count, train.images.length, test.count, test.rows, test.columns], [
    60_000,
    60_000 * 784,
    10_000,
    28,
    28,
  ]);
  const counts = new Array(10).fill(0);
  for (const label of test.labels) counts[label]++;
  for (const n of counts) assert.ok(Math.abs(n - 1000) < 4 * Math.sqrt(900), `${counts}`);
  // The corner is paper in every drawing.
  let ink = 0;
  for (let i = 0; i < train.count; i++) ink += Number(train.images[784 * i] === 255);
  assert.ok(Math.abs(ink / train.count - parameters.flip) < 4 * Math.sqrt(0.02 * 0.98 / 60_000), `${ink}`);
});

Deno.test("iris's twin has 50 flowers of each species, about its means", () => {
  const { value, parameters } = datasets.iris.simulate(0);
  assert.deepEqual([value.numRows(), parameters.components], [150, 3]);
  const petals = numbers(value, "petal_length");
  [1.5, 4.3, 5.6].forEach((expected, species) => {
    const own = petals.slice(50 * species, 50 * species + 50),
      sd = Math.sqrt(mean(own.map((x) => (x - mean(own)) ** 2)));
    assert.ok(Math.abs(mean(own) - expected) < 4 * sd / Math.sqrt(50), `${species}: ${mean(own)}`);
  });
});

Deno.test("iris.json that is no table of flowers is refused with its row", () => {
  const parse = (text: string) => () => datasets.iris.parse([new TextEncoder().encode(text)]);
  const cases: [string, RegExp][] = [
    ["{", /^Error: Cannot read iris\.json: found text that is not JSON, expected an array of rows/],
    ["[]", /found no array of rows, expected one row a flower/],
    [
      '[[1, 2, 3, "setosa"]]',
      /found \[1,2,3,"setosa"\] in row 0, expected four lengths in centimetres and a species/,
    ],
    ['[[1, 2, 3, -4, "setosa"]]', /in row 0/],
    ['[[1, 2, 3, 4, "rose"]]', /in row 0/],
  ];
  for (const [text, message] of cases) assert.throws(parse(text), message, text);
});

/** What is added to the name of a test that needs data that are not here. */
const skipped = (name: keyof typeof here): string =>
  here[name] ? "" : ` (skipped: the data set ${name} is not on this machine)`;

Deno.test({
  name: `rugged is read in its encoding, with 170 rows that have a GDP${skipped("rugged")}`,
  ignore: !here.rugged,
  async fn() {
    const table = await loadDataset("rugged");
    assert.equal(table.numRows(), 234);
    assert.equal(table.filter((d: { rgdppc_2000: number | null }) => d.rgdppc_2000 !== null).numRows(), 170);
    assert.deepEqual(table.object(1), {
      isocode: "AFG",
      country: "Afghanistan",
      rugged: 2.518,
      cont_africa: 0,
      rgdppc_2000: null,
    });
    assert.ok(Array.from(table.array("country")).includes("Côte d'Ivoire"));
  },
});

Deno.test({
  name: `ethusd is read from the oldest day on, with nulls where there is no number${skipped("ethusd")}`,
  ignore: !here.ethusd,
  async fn() {
    const table = await loadDataset("ethusd");
    assert.equal(table.numRows(), 899);
    assert.deepEqual(table.object(0), {
      date: "2015-08-07",
      open: 2.83,
      high: 3.54,
      low: 2.52,
      close: 2.77,
      volume: 164329,
      market_cap: null,
      tweets: null,
    });
    assert.deepEqual([table.get("date", 898), table.get("close", 898), table.get("tweets", 898)], [
      "2018-01-21",
      1049.58,
      19111,
    ]);
  },
});

Deno.test({
  name: `mnist is read from its original files, plain or compressed${skipped("mnist")}`,
  ignore: !here.mnist,
  async fn() {
    const { train, test } = await loadDataset("mnist");
    assert.deepEqual([train.count, train.rows, train.columns, test.count], [60_000, 28, 28, 10_000]);
    assert.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
    assert.equal(train.images.length, 60_000 * 784);
  },
});

Deno.test({
  name: `iris is read with 50 flowers of each species${skipped("iris")}`,
  ignore: !here.iris,
  async fn() {
    const table = await loadDataset("iris");
    assert.equal(table.numRows(), 150);
    assert.deepEqual(table.object(0), {
      sepal_length: 5.1,
      sepal_width: 3.5,
      petal_length: 1.4,
      petal_width: 0.2,
      species: "setosa",
    });
    assert.equal(Array.from(table.array("species")).filter((s) => s === "virginica").length, 50);
  },
});
