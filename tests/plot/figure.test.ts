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
  noteName,
  noteNumber,
  pianoRoll,
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

/** The bars of a figure of piano rolls, plane by plane. */
function barsOf({ spec }: ReturnType<typeof pianoRoll>): Record<string, number>[][] {
  const planes = spec.concat as { layer: { data: { values: Record<string, number>[] } }[] }[];
  return planes.map(({ layer: [{ data }] }) => data.values);
}

Deno.test("pianoRoll() draws a note that sounds on as one bar, and a probability as its opacity", () => {
  const [notes, model] = barsOf(pianoRoll({
    notes: [[60, "E4"], [60], [], ["C4"]],
    model: { probabilities: [[0.04, 0.5], [1, 0.52], [0, 0.58]], lowest: 62 },
  }));
  const bar = (note: number, x: number, x2: number, p: number) => ({
    x,
    x2,
    y: note - 0.4,
    y2: note + 0.4,
    p,
  });
  assert.deepEqual(notes, [bar(60, 0, 2, 1), bar(64, 0, 1, 1), bar(60, 3, 4, 1)]);
  assert.deepEqual(model, [bar(63, 0, 2, 0.5), bar(62, 1, 2, 1), bar(63, 2, 3, 0.6)]);
});

Deno.test("pianoRoll() has names or numbers at its axis, and the range that is asked for", async () => {
  const rolls = { one: [["C4"], ["G4"]] };
  assert.match(await pianoRoll(rolls).toSVG(), />C4<[^]*>F♯4</);
  assert.match(await pianoRoll(rolls, { labels: "number" }).toSVG(), />60</);
  assert.match(await pianoRoll(rolls, { range: ["C2", "C6"] }).toSVG(), />C3<[^]*>C5</);
  assert.match(await pianoRoll({ silence: [[], []] }).toSVG(), />C4</);
});

Deno.test("pianoRoll() and noteNumber() refuse what is no note, no probability and no roll", () => {
  const cases: [() => unknown, string][] = [
    [() => pianoRoll({}), "Cannot draw a piano roll: there are no rolls"],
    [() => pianoRoll({ a: [] }), 'Cannot draw the piano roll "a": it has no steps'],
    [
      () => pianoRoll({ a: { probabilities: [[0.5], [1.5]] } }),
      'Cannot draw the piano roll "a": the probability of note 21 at step 1 is 1.5, expected a number from 0 to 1',
    ],
    [
      () => pianoRoll({ a: [[128]] }),
      "Cannot read the note 128: expected a MIDI number, an integer from 0 to 127",
    ],
    [
      () => noteNumber("H4"),
      'Cannot read the note "H4": expected a letter, "#" or "b", and an octave, such as "F#3"',
    ],
    [() => noteName(60.5), "Cannot read the note 60.5: expected a MIDI number, an integer from 0 to 127"],
  ];
  for (const [draw, message] of cases) assert.throws(draw, { message });
});

Deno.test("noteName() and noteNumber() are each other's inverse", () => {
  for (let note = 0; note < 128; note++) assert.equal(noteNumber(noteName(note)), note);
  assert.deepEqual(["C4", "Cb4", "B#3", "F#3", "A0", "C8"].map(noteNumber), [60, 59, 60, 54, 21, 108]);
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
