import assert from "node:assert/strict";
import { table } from "arquero";
import {
  band,
  chart,
  density,
  ellipses,
  facets,
  figure,
  formatTable,
  histogram,
  htmlTable,
  imageGrid,
  intervals,
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

/** The rows of a chart's marks, layer by layer. */
const layersOf = (
  { spec }: ReturnType<typeof chart>,
) => (spec.layer as { data: { values: Record<string, number | null>[] }; mark: { type: string } }[]);

/** The texts of a drawing. */
const textsOf = (svg: string) => Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text);

const times = [1700000000, 1700000060, 1700000120];

Deno.test("marks of every kind keep the digits that tell their numbers apart, and no more", () => {
  const columns: number[][] = [
    times,
    times.map((t) => t * 1000 + 0.5),
    [1234567, 1234568, 1234569],
    [1234567.1, 1234566.9, 1234566.2],
    [1e9, 1234567.1, 1234566.9, 5],
    [1e-8, 1.000000001e-8, 1e3],
    [0.1 + 1e-9, 0.1, 0.1 - 1e-9],
    [-5e15, -5e15 + 1],
    [0, 1700000000],
  ];
  for (const x of columns) {
    const y = x.map((_, i) => i);
    const marks = { points: points({ x, y }), line: line({ x, y }), turned: points({ x: y, y: x }) };
    for (const [name, mark] of Object.entries(marks)) {
      const rows = layersOf(chart([mark]))[0].data.values,
        found = rows.map((r) => r[name === "turned" ? "y" : "x"]!);
      const order = (values: readonly number[]) =>
        values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
      assert.equal(new Set(found).size, x.length, `${name} of ${x}: ${found}`);
      assert.deepEqual(order(found), order(x));
      const range = Math.max(...x) - Math.min(...x);
      found.forEach((value, i) => assert.ok(Math.abs(value - x[i]) <= 1e-5 * range, `${value} for ${x[i]}`));
    }
  }
  assert.deepEqual(layersOf(chart([points({ x: [1 / 3], y: [2 / 3] })]))[0].data.values, [{
    x: 0.333333,
    y: 0.666667,
  }]);
  const alone = layersOf(chart([points({ x: [1700000001], y: [0] }), reference({ x: 1700000002 })]));
  assert.deepEqual(alone.map(({ data }) => data.values[0]), [{ x: 1700000001, y: 0 }, { value: 1700000002 }]);
});

Deno.test("numbers that differ by rounding alone do not make a file longer", () => {
  const x = Array.from({ length: 200 }, (_, i) => Math.sin(i) + 1e-16 * (i % 3) + 3);
  const text = JSON.stringify(layersOf(chart([points({ x: [...x, ...x], y: [...x, ...x] })]))[0].data.values);
  assert.ok(text.length < 400 * 30, `${text.length / 400} characters a row`);
});

Deno.test("labels of axes tell the numbers of a figure apart, on linear and logarithmic scales", async () => {
  const cases = [times, [1234566.1, 1234567.9], [3e6, 3.5e6, 4e6], [1, 1.001], [1e-9, 1.0001e-9], [250, 260]];
  for (const values of cases) {
    const x = values.map((_, i) => i / 10), { length } = values;
    for (
      const figure of [
        chart([line({ x, y: values })]),
        chart([line({ x, y: values })], { logY: true }),
        chart([line({ x, y: values })], { logY: "gaps" }),
        chart([line({ x: values, y: x })]),
      ]
    ) {
      const texts = textsOf(await figure.toSVG()).map((text) =>
        Number(text.replaceAll(",", "").replace("−", "-"))
      );
      const within = texts.filter((n) =>
        n >= values[0] * (1 - 1e-12) && n <= values[length - 1] * (1 + 1e-12)
      );
      assert.ok(new Set(within).size >= 3, `labels ${texts} of ${values}`);
      assert.equal(new Set(within).size, within.length, "no label twice");
    }
  }
  const long = textsOf(await chart([points({ x: [0, 1], y: [1e15, 1e15 + 4] })]).toSVG());
  assert.ok(long.includes("1,000,000,000,000,004.0"), `${long}`);
});

Deno.test("a logarithmic scale refuses what is not positive in any mark, or leaves it out where asked", async () => {
  const x = [0, 1, 2], above = [1, 2, 3];
  for (const value of [0, -0, -1e-9]) {
    const y = [1, value, 3];
    const cases: [string, Parameters<typeof chart>[0]][] = [
      ["y", [points({ x, y })]],
      ["y", [points({ x, y: above }), line({ x, y })]],
      ["low", [band({ x, low: y, high: above })]],
      ["high", [intervals({ x, low: above, high: y })]],
      ["value", [line({ x, y: above }), reference({ y: value })]],
    ];
    for (const [field, marks] of cases) {
      const message = new RegExp(
        `Cannot draw y on a logarithmic scale: found ${
          String(value)
        } \\("${field}" of row \\d\\), expected positive numbers`,
      );
      assert.throws(
        () => chart(marks, { logY: true }),
        (error: Error) => (assert.match(error.message, message), true),
      );
      assert.throws(() => facets({ one: marks }, { logY: true }), message);
      assert.throws(() => facets({ one: marks }, { axes: { one: { logY: true } } }), message);
      assert.match(await chart(marks, { logY: "gaps" }).toSVG(), />3<\/text>/, "the axis is there");
      assert.ok(chart(marks).spec, "a linear one takes them");
    }
    assert.throws(() => trainingCurve({ loss: y }, { logY: true }), /Cannot draw y on a logarithmic scale/);
  }
  const drawn = layersOf(chart([line({ x: [0, 1, 2, 3], y: [1, 2, 0, 4] })], { logY: "gaps" }));
  assert.deepEqual(drawn.map(({ data }) => data.values.map(({ y }) => y)), [[1, 2, null, 4], [4]]);
  for (const yDomain of [[0, 10], [-1, 1]] as const) {
    assert.throws(() => chart([points({ x, y: above })], { logY: true, yDomain }), {
      message: `Cannot draw y on a logarithmic scale from ${yDomain.join(" to ")}: expected positive numbers`,
    });
  }
  for (const xDomain of [[0, NaN], [2, 2], [0, Infinity]] as const) {
    assert.throws(() => chart([points({ x, y: above })], { xDomain }), {
      message: `Cannot draw x from ${xDomain.join(" to ")}: expected two different finite numbers`,
    });
  }
});

Deno.test("figure() looks for what is not positive in layers, planes and data of the parts above", () => {
  const encoding = { y: { field: "b", type: "quantitative", scale: { type: "log" } } };
  const bad = { values: [{ b: 1 }, { b: 0 }] }, good = { values: [{ b: 1 }, { b: null }] };
  const specs = (data: object): Record<string, unknown>[] => [
    { data, mark: "point", encoding },
    { data, layer: [{ mark: "line", encoding }] },
    { data, encoding, layer: [{ mark: "line" }, { mark: "point" }] },
    { hconcat: [{ vconcat: [{ data, mark: "point", encoding }] }] },
    { data, facet: { field: "g" }, spec: { mark: "point", encoding } },
    { layer: [{ data, mark: "point", encoding: { x: encoding.y } }] },
  ];
  for (const spec of specs(bad)) {
    assert.throws(
      () => figure(spec),
      /^Error: Cannot draw [xy] on a logarithmic scale: found 0 \("b" of row 1\)/,
    );
  }
  for (const spec of specs(good)) assert.ok(figure(spec));
});

Deno.test("counts of one and densities of nothing are drawn on a logarithmic scale", async () => {
  const svg = await chart([histogram({ values: [0, 1, 1, 1, 2], bins: 3 })], { logY: true }).toSVG();
  const heights = Array.from(
    svg.matchAll(/<path d="M[-\d.]+,[-\d.]+h[\d.]+v([\d.]+)h/g),
    ([, h]) => Number(h),
  );
  assert.ok(heights.some((h) => h > 1 && h < 220), `bars of ${heights}`);
  const far = await chart([density({ values: [0, 0.1, 50], bandwidth: 0.1 })], { logY: true }).toSVG();
  assert.ok(!/NaN|Infinity/.test(far));
});

Deno.test("a point that stands alone between gaps is drawn, in lines and bands and in each group", async () => {
  const gap = NaN,
    typesOf = (mark: ReturnType<typeof line>) =>
      layersOf(chart([mark])).map(({ mark: { type }, data: { values } }) => [type, values.map(({ x }) => x)]);
  const x = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(typesOf(line({ x, y: [1, gap, 2, gap, 3, 4] })), [["line", x], ["point", [0, 2]]]);
  assert.deepEqual(typesOf(line({ x: [0], y: [1] })), [["line", [0]], ["point", [0]]]);
  assert.deepEqual(typesOf(line({ x, y: x })), [["line", x]]);
  assert.deepEqual(typesOf(line({ x: [0, gap, 2], y: [1, 2, 3] }))[1], ["point", [0, 2]]);
  const by = ["a", "b", "a", "b", "c", "b"];
  assert.deepEqual(typesOf(line({ x, y: [1, 1, gap, 2, 3, gap], by }))[1], ["point", [0, 4]]);
  const low = [0, gap, 1, 1, gap, 2], high = [1, 1, 2, gap, 2, 3];
  assert.deepEqual(typesOf(band({ x, low, high })), [["area", x], ["rule", [0, 2, 5]]]);
  const svg = await chart([line({ x, y: [1, gap, 2, gap, 3, 4], color: "#123456" })]).toSVG();
  assert.equal(svg.match(/<path transform="translate[^>]*fill="#123456"/g)?.length, 2, "two dots");
  assert.equal(layersOf(trainingCurve({ loss: [5] })).length, 2);
});

Deno.test("random parts of a figure are drawn the same every time, alone or beside others", async () => {
  const values = Array.from({ length: 40 }, (_, i) => ({ x: i % 4, y: Math.sin(i * i) }));
  const x = { field: "x", type: "ordinal" }, y = { field: "y", type: "quantitative" };
  const specs = [
    { data: { values }, mark: { type: "errorband", extent: "ci" }, encoding: { x, y } },
    { data: { values }, mark: { type: "errorbar", extent: "ci" }, encoding: { x, y } },
    { data: { values }, transform: [{ sample: 10 }], mark: "point", encoding: { x, y } },
    {
      data: { values },
      transform: [{ calculate: "random()", as: "r" }],
      mark: "point",
      encoding: { x, y: { ...y, field: "r" } },
    },
  ];
  const alone: string[] = [];
  for (const spec of specs) alone.push(await figure(spec).toSVG());
  assert.deepEqual(await Promise.all(specs.map((spec) => figure(spec).toSVG())), alone);
  const { random } = Math;
  assert.notEqual(random(), random(), "Math.random() is let alone");
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

Deno.test("ten groups have ten colours", () => {
  const x = Array.from({ length: 10 }, (_, i) => i);
  const mark = points({ x, y: x, by: x.map(String) }) as any, few = points({ x, y: x, by: "all" }) as any;
  assert.ok(new Set(mark.encoding.color.scale.range).size >= 10);
  assert.equal(few.encoding.color.scale, undefined);
});

Deno.test("imageGrid() refuses what are no images of one size", () => {
  const cases: [() => unknown, string][] = [
    [() => imageGrid({}), "Cannot draw images: there are none, expected some in each plane"],
    [() => imageGrid({ a: [[1]], b: [] }), "Cannot draw images: there are none, expected some in each plane"],
    [
      () => imageGrid({ a: [[0, 1, 0]] }),
      "Cannot draw images: found 3 pixels, expected whole rows of 2; give options.width",
    ],
    [
      () => imageGrid({ a: [[0, 1, 1, 0], [1]] }),
      'Cannot draw images of "a": image 1 has 1 pixels, expected 4',
    ],
    [
      () => imageGrid({ a: [[0, 1, 1, 255]] }),
      'Cannot draw images of "a": image 0 has the pixel 255, expected numbers from 0 to 1',
    ],
  ];
  for (const [draw, message] of cases) assert.throws(draw, { message });
  const { spec } = imageGrid({ a: [[0, 0, 1]] }, { width: 3, scale: 5 }), [plane] = spec.concat as any[];
  assert.deepEqual([plane.width, plane.height], [25, 15]);
  assert.equal(plane.layer[0].data.values[5].path, "M3 1h1v1h-1z");
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

Deno.test("line breaks and bars, within cells and heads, end neither a row nor a cell", () => {
  const breaks = ["\n", "\r\n", "\r", "\u2028", "\u2029", "\v", "\f"];
  for (const pause of breaks) {
    const given = table({ [`a${pause}b`]: [`first${pause}${pause}third`, "x"] });
    assert.equal(
      markdownTable(given),
      "| a<br>b |\n| --- |\n| first<br><br>third |\n| x |",
      JSON.stringify(pause),
    );
    assert.equal(formatTable(given).split("\n").length, 4);
  }
  // As GitHub's parser takes cells apart: a backslash escapes the character behind it.
  const cellsOf = (row: string) => row.slice(2, -2).match(/(?:\\[^]|[^\\|])+/g)!;
  for (const text of ["a|b", "|", "a\\|b", "a\\\\|b", "\\", "||", "\\n", "C:\\new|\\"]) {
    const [, , row] = markdownTable(table({ name: [text] })).split("\n"), cells = cellsOf(row);
    assert.equal(cells.length, 1, row);
    const shown = cells[0].replace(/\\([\\|])/g, "$1");
    assert.equal(shown, text, `${row} is shown as ${shown}`);
  }
});

Deno.test("showTable() is shown in a notebook as HTML and text", () => {
  const shown = showTable(rows)[display as unknown as "toString"]() as unknown as Record<string, string>;
  assert.deepEqual(shown, { "text/html": htmlTable(rows), "text/plain": formatTable(rows) });
});
