import assert from "node:assert/strict";
import { table } from "arquero";
import {
  chart,
  density,
  ellipses,
  facets,
  figure,
  formatTable,
  htmlTable,
  line,
  markdownTable,
  points,
  reference,
  showTable,
  trainingCurve,
} from "../../lib/plot/mod.ts";

const display = Symbol.for("Jupyter.display");
const V5 = "https://vega.github.io/schema/vega-lite/v5.json";

Deno.test("figure() is shown in a notebook as Vega-Lite 5, SVG and text", async () => {
  const shown = await figure({
    title: { text: ["Two", "lines"] },
    data: { values: [{ a: 1 }] },
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative" } },
  })[display as unknown as "toString"]() as unknown as Record<string, any>;
  assert.deepEqual(Object.keys(shown), ["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"]);
  assert.equal(shown["application/vnd.vegalite.v5+json"].$schema, V5);
  assert.match(shown["image/svg+xml"], /^<svg[^]*<\/svg>$/);
  assert.equal(shown["text/plain"], "Figure: Two lines");
});

Deno.test("a figure of simulated data says so in its drawing", async () => {
  const marks = [points({ x: [1], y: [2] })];
  assert.match(await chart(marks, { title: "T", simulated: true }).toSVG(), /Simulated data/);
  assert.doesNotMatch(await chart(marks, { title: "T" }).toSVG(), /Simulated data/);
  assert.match(await facets({ one: marks }, { simulated: true }).toSVG(), /Simulated data/);
});

Deno.test("a figure is drawn the same every time, and its names differ from another's", async () => {
  const draw = (title: string) =>
    chart([points({ x: [1, 9], y: [2, 3] })], { title, xDomain: [0, 5] }).toSVG();
  const [first, second, other] = [await draw("T"), await draw("T"), await draw("U")];
  const ids = (svg: string) => Array.from(svg.matchAll(/\bid="([^"]+)"/g), ([, id]) => id);
  assert.equal(first, second);
  assert.ok(ids(first).length > 0 && ids(first).every((id) => first.includes(`url(#${id})`)));
  assert.deepEqual(ids(first).filter((id) => ids(other).includes(id)), []);
});

Deno.test("marks turn what is not finite into gaps, and keep six digits", () => {
  const { data } = line({ x: [0, 1, 2], y: [1 / 3, NaN, Infinity] }) as { data?: { values: unknown } };
  assert.deepEqual(data!.values, [{ x: 0, y: 0.333333, i: 0 }, { x: 1, y: null, i: 1 }, {
    x: 2,
    y: null,
    i: 2,
  }]);
});

Deno.test("ellipses() have the distance from the mean that holds the probability", () => {
  const covariance = [[2, 0.6], [0.6, 0.5]] as const, determinant = 2 * 0.5 - 0.36;
  const { data } = ellipses({ mean: [3, -1], covariance, levels: [0.9] }) as unknown as {
    data: { values: { x: number; y: number }[] };
  };
  for (const { x, y } of data.values) {
    const u = x - 3, v = y + 1, squared = (0.5 * u * u - 1.2 * u * v + 2 * v * v) / determinant;
    assert.ok(Math.abs(squared - -2 * Math.log(0.1)) < 1e-3, `${squared}`);
  }
});

Deno.test("trainingCurve() draws long curves as means over equal stretches", () => {
  const { spec } = trainingCurve({ loss: Array.from({ length: 1000 }, (_, i) => i) });
  const [{ data: { values } }] = spec.layer as { data: { values: { x: number; y: number }[] } }[];
  assert.equal(values.length, 334);
  assert.deepEqual(values.map(({ x }) => x), values.map(({ y }) => y));
  assert.deepEqual(values.at(-1), { x: 999, y: 999, i: 333 });
});

Deno.test("marks and charts refuse what they cannot draw", () => {
  const cases: [() => unknown, string][] = [
    [() => points({ x: [1, 2], y: [1] }), "Cannot draw points: x has 2 values, but y has 1"],
    [() => points({ x: [1, 2], y: [1, 2], by: ["a"] }), "Cannot draw points: x has 2 values, but by has 1"],
    [
      () => density({ values: [1, NaN] }),
      "Cannot draw a density: found 1 finite values, expected at least 2",
    ],
    [
      () => ellipses({ mean: [0, 0], covariance: [[1, 2], [2, 1]] }),
      "Cannot draw ellipses: the covariance [[1, 2], [2, 1]] is not positive definite",
    ],
    [() => reference({}), "Cannot draw a reference line: give x or y"],
    [() => chart([]), "Cannot draw a chart: it has no marks"],
    [() => facets({}), "Cannot draw facets: there are no planes"],
  ];
  for (const [draw, message] of cases) assert.throws(draw, { message });
});

Deno.test("toSVG() rejects a specification that is none", async () => {
  await assert.rejects(figure({ title: "empty" }).toSVG(), /Invalid specification/);
});

const rows = table({ name: ["a<b", "pipe|d"], value: [0.123456, 12], missing: [null, 3e-9] });

Deno.test("formatTable() aligns columns, numbers to the right", () => {
  assert.equal(
    formatTable(rows),
    [
      "name     value   missing",
      "------  ------  --------",
      "a<b     0.1235",
      "pipe|d      12  3.000e-9",
    ].join("\n"),
  );
  assert.equal(formatTable(table({ a: [] })), "a\n-");
});

Deno.test("markdownTable() and htmlTable() escape what would be markup", () => {
  assert.equal(
    markdownTable(rows),
    "| name | value | missing |\n| --- | ---: | ---: |\n| a<b | 0.1235 |  |\n| pipe\\|d | 12 | 3.000e-9 |",
  );
  assert.match(htmlTable(rows), /<td>a&lt;b<\/td><td style="text-align:right">0\.1235<\/td>/);
});

Deno.test("showTable() is shown in a notebook as HTML and text", () => {
  const shown = showTable(rows)[display as unknown as "toString"]() as unknown as Record<string, string>;
  assert.deepEqual(shown, { "text/html": htmlTable(rows), "text/plain": formatTable(rows) });
});
