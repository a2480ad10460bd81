import assert from "node:assert/strict";
import {
  compareRecords,
  type Comparison,
  formatComparison,
  hasRegression,
  type Metric,
  onlyChanged,
  readRecords,
  regressionsOf,
  type RunRecord,
  summarise,
  writeIndex,
  writeRun,
} from "../../lib/results/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { random } from "../../lib/tensor/mod.ts";
import { metric, record } from "./records.ts";
import { stopwatch } from "../stopwatch.ts";

const compare = (before: RunRecord[], after: RunRecord[]): Comparison =>
  compareRecords({ label: "old", records: before }, { label: "new", records: after });

/** Verdict and reason of one metric that changed. */
function verdict(before: Partial<Metric>, after: Partial<Metric>): [string, string] {
  const [row] = compare([record({ metrics: [metric(before)] })], [record({ metrics: [metric(after)] })]).rows;
  return [row.verdict, row.reason];
}

const target = { value: 10, tolerance: 0.5, source: "s" };

Deno.test("comparisons say which runs were computed by other engines", () => {
  const ran = (experiment: string, engine: string) =>
    record({ experiment, environment: { ...record().environment, engine } });
  const comparison = compare(
    [ran("a", "js"), ran("b", "auto (js)"), ran("c", "js"), ran("d", "js"), ran("merged", "")],
    [ran("a", "auto (wasm)"), ran("b", "auto (js)"), ran("c", "auto (wasm)"), ran("merged", "js")],
  );
  const line = "Engines differ, and digits with them: js, then auto (wasm), in a quick, c quick";
  assert.deepEqual(comparison.engines, [line]);
  for (const format of ["text", "md", "html"] as const) {
    assert.ok(formatComparison([comparison], format).includes(line), format);
  }
  assert.deepEqual(JSON.parse(formatComparison([onlyChanged(comparison)], "json")).engines, [line]);
});

Deno.test("compareRecords() judges a metric by noise, direction and target", () => {
  const cases: [Partial<Metric>, Partial<Metric>, string, string][] = [
    [{ value: 1, se: 0.3 }, { value: 1.9, se: 0.4 }, "within noise", ""],
    [{ value: 1, se: 0.3, direction: "lower" }, { value: 2.1, se: 0.4, direction: "lower" }, "worse", ""],
    [{ value: 2.1, se: 0.3, direction: "lower" }, { value: 1, se: 0.4, direction: "lower" }, "better", ""],
    [{ value: 1, direction: "higher" }, { value: 1.01, direction: "higher" }, "better", ""],
    [{ value: 1, direction: "higher" }, { value: 1 + 1e-14, direction: "higher" }, "within noise", ""],
    [{ value: 10.4, target }, { value: 10.1, target }, "better", ""],
    [{ value: 9.9, target }, { value: 10.4, target }, "worse", ""],
    [{ value: 10.4, target }, { value: 10.6, target }, "newly failing", "misses its target now"],
    [{ value: 10.6, target }, { value: 10.4, target }, "newly passing", "meets its target now"],
    [{ value: 1 }, { value: null }, "newly failing", "not finite any more"],
    [{ value: null }, { value: 1 }, "newly passing", "finite now"],
    [{ value: null }, { value: null }, "not comparable", "not finite in both"],
    [
      { value: 1 },
      { value: 2 },
      "not comparable",
      "moved, and it has no target that says which way is better",
    ],
    [{ value: 1, unit: "s" }, { value: 1, unit: "ms" }, "not comparable", "its unit or direction differs"],
  ];
  for (const [before, after, expected, reason] of cases) {
    assert.deepEqual(verdict(before, after), [expected, reason], JSON.stringify([before, after]));
  }
});

Deno.test("compareRecords() compares only runs of the same profile, data, code and settings", () => {
  const data = record().data[0], code = record().code;
  const cases: [Partial<RunRecord>, string][] = [
    [{ data: [{ ...data, sha256: "d".repeat(64) }] }, "other data"],
    [{ simulated: true }, "other data: simulated on one side, real on the other"],
    [{ code: { ...code, hash: "d".repeat(64) } }, "other code of the experiment"],
    [{ config: { steps: 20 } }, "other settings"],
    [{ metrics: [metric({ name: "other" })] }, "only in new"],
  ];
  for (const [change, reason] of cases) {
    const [row] = compare([record()], [record(change)]).rows;
    assert.deepEqual([row.verdict, row.reason], ["not comparable", reason]);
  }
  const profiles = compare([record()], [record({ profile: "full" })]).rows;
  assert.deepEqual(profiles.map((r) => [r.profile, r.metric, r.reason]), [["full", "(run)", "only in new"], [
    "quick",
    "(run)",
    "only in old",
  ]]);
});

Deno.test("compareRecords() takes codes of one group as the same", () => {
  const [a, b, c] = ["a", "b", "c"].map((letter) =>
    record({ code: { ...record().code, hash: letter.repeat(64) } })
  );
  const verdictOf = (before: RunRecord, after: RunRecord, equal = {}) =>
    compareRecords({ label: "old", records: [before] }, { label: "new", records: [after] }, equal).rows[0];
  const groups = { tiny: [[a, b].map(({ code }) => code.hash), [c.code.hash]] };
  assert.equal(verdictOf(a, b, groups).verdict, "within noise");
  assert.equal(verdictOf(b, a, groups).verdict, "within noise");
  for (
    const [before, after, equal] of [[a, b, {}], [a, c, groups], [a, b, { other: groups.tiny }]] as const
  ) {
    assert.equal(verdictOf(before, after, equal).reason, "other code of the experiment");
  }
});

Deno.test("compareRecords() takes another commit, other seeds and another order of settings as the same experiment", () => {
  const after = record({
    seeds: [5],
    config: { layers: [{ size: 2 }], steps: 10 },
    code: { ...record().code, commit: null },
  });
  assert.equal(compare([record()], [after]).rows[0].verdict, "within noise");
});

Deno.test("compareRecords() tells of runs that fail newly, still, or no more", () => {
  const failed = record({ status: "failed", error: "It broke\nhere", metrics: [] });
  const row = (before: RunRecord, after: RunRecord) =>
    compare([before], [after]).rows.map((r) => [r.metric, r.verdict, r.reason]);
  assert.deepEqual(row(record(), failed), [["(run)", "newly failing", "the run fails: It broke"]]);
  assert.deepEqual(row(failed, record()), [["(run)", "newly passing", "the run succeeds now"]]);
  assert.deepEqual(row(failed, failed), [["(run)", "not comparable", "the run fails on both sides"]]);
});

const mixed = compare(
  [record({
    metrics: [
      metric({ name: "same" }),
      metric({ name: "time", value: 2, unit: "s", direction: "lower", se: 0.01 }),
    ],
  })],
  [record({
    metrics: [
      metric({ name: "same" }),
      metric({ name: "time", value: 3, unit: "s", direction: "lower", se: 0.01 }),
    ],
  })],
);

Deno.test("onlyChanged(), hasRegression() and summarise() see what changed", () => {
  assert.deepEqual(onlyChanged(mixed).rows.map((r) => r.metric), ["time"]);
  assert.ok(hasRegression(mixed) && !hasRegression(compare([record()], [record()])));
  assert.equal(summarise(mixed), "1 within noise, 1 worse");
  const other = record({ config: { steps: 20 }, metrics: [metric({ name: "a" }), metric({ name: "b" })] });
  assert.deepEqual(
    onlyChanged(compare([record({ metrics: other.metrics })], [other])).rows.map((r) =>
      `${r.metric} ${r.reason}`
    ),
    ["(2 metrics) other settings"],
    "a run that cannot be compared is one line",
  );
  assert.equal(summarise(compare([], [])), "nothing to compare");
});

Deno.test("onlyChanged() shows whatever hasRegression() counts, and every verdict that is new", () => {
  const at = (value: number, tolerance: number, rest: Partial<Metric> = {}): Partial<Metric> => ({
    value,
    target: { value: 0, tolerance, source: "s" },
    ...rest,
  });
  const lower = { direction: "lower" as const };
  const cases: [Partial<Metric>, Partial<Metric>, string][] = [
    [at(0.9, 1), at(0.9, 0.5), "newly failing"],
    [at(0.9, 1, lower), at(0.9, 0.5, lower), "newly failing"],
    [at(0.9, 1, { se: 5 }), at(0.91, 0.5, { se: 5 }), "newly failing"],
    [at(0.9, 1), { value: null, target: null }, "newly failing"],
    [at(1, 1, lower), at(2, 5, lower), "worse"],
  ];
  for (const [before, after, verdict] of cases) {
    const metrics = (one: Partial<Metric>) => [metric({ name: "same" }), metric({ name: "m", ...one })];
    const found = compare([record({ metrics: metrics(before) })], [record({ metrics: metrics(after) })]);
    assert.ok(hasRegression(found, { strict: true }));
    assert.equal(hasRegression(found), verdict !== "worse", "without a standard error nothing is tested");
    assert.deepEqual(onlyChanged(found).rows.map((r) => [r.metric, r.verdict]), [["m", verdict]]);
    const back = compare([record({ metrics: metrics(after) })], [record({ metrics: metrics(before) })]);
    assert.ok(!hasRegression(back) && onlyChanged(back).rows.length === 1);
  }
});

Deno.test("compareRecords() compares twenty thousand metrics in a moment", () => {
  const metrics = Array.from({ length: 20_000 }, (_, i) => metric({ name: `m${i}` })),
    seconds = stopwatch();
  assert.equal(compare([record({ metrics })], [record({ metrics })]).rows.length, 20_000);
  assert.ok(seconds() < 1);
});

Deno.test("formatComparison() writes text, JSON, Markdown and HTML", () => {
  const text = formatComparison([mixed]).split("\n");
  assert.equal(text[0], "old against new");
  assert.match(text.at(-4)!, /^tiny +quick +time +2 +3 +1 +0\.01414 +worse$/);
  const json = JSON.parse(formatComparison([mixed], "json"));
  assert.deepEqual([json.rows[1].verdict, json.rows[1].change, json.summary], [
    "worse",
    1,
    "1 within noise, 1 worse",
  ]);
  assert.match(
    formatComparison([mixed], "md"),
    /^## old against new\n\n\*\*1 regression: 1 metrics tested, false alarms 5% over all \(Holm\)\.\*\*\n\n### Regressions\n\n\| experiment \| profile \|[^]*\| tiny \| quick \| time \| 2 \| 3 \| 1 \|/,
  );
  assert.match(formatComparison([mixed], "html"), /^<!doctype html>[^]*<td>worse<\/td>[^]*<\/html>$/);
  assert.equal(formatComparison([compare([], [])], "md"), "## old against new\n\nnothing to compare");
});

Deno.test("experiments and metrics may be called as members of Object.prototype are", async () => {
  await inTemporaryFolder(async (out) => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
    const run = (value: number, hash: string) =>
      record({
        experiment: "constructor",
        metrics: names.map((name) => metric({ name, value, direction: "lower" })),
        code: { ...record().code, hash: hash.repeat(64) },
      });
    const written = await writeRun(
      out,
      run(1, "a"),
      new Map([["constructor", "x"], ["curves/__proto__", "y"]]),
    );
    assert.deepEqual(await readRecords(out), [written]);
    const worse = compare([written], [run(2, "a")]);
    assert.deepEqual(worse.rows.map((r) => [r.metric, r.verdict]), names.map((name) => [name, "worse"]));
    assert.equal(compare([written], [run(2, "b")]).rows[0].reason, "other code of the experiment");
    await writeIndex(out);
    assert.match(await Deno.readTextFile(`${out}/README.md`), /\| __proto__ \|[^]*\| hasOwnProperty \|/);
  });
});

const trained = (values: number[], rest: Partial<Metric> = {}): Metric => {
  const n = values.length, mean = values.reduce((a, b) => a + b) / n;
  const se = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1) / n);
  return metric({ name: "loss", value: mean, se, n, values, direction: "lower", ...rest });
};

Deno.test("compareRecords() pairs by seed where both have the same, and then sees what is smaller than their spread", () => {
  const before = trained([1, 3, 5, 7]), after = trained([1.1, 3.11, 5.1, 7.09]);
  const rowOf = (seeds: number[], other = seeds) =>
    compare([record({ seeds, metrics: [before] })], [record({ seeds: other, metrics: [after] })]).rows[0];
  const paired = rowOf([0, 1, 2, 3]), apart = rowOf([0, 1, 2, 3], [4, 5, 6, 7]);
  assert.deepEqual([paired.pairs, paired.verdict, apart.pairs, apart.verdict], [
    4,
    "worse",
    null,
    "within noise",
  ]);
  // By the closed form of three degrees of freedom, and by integrating the density of 5.9999.
  assert.ok(Math.abs(paired.se! - 0.00408248290463863) < 1e-12);
  assert.ok(Math.abs(paired.chance! - 7.45786e-5) < 1e-9, `${paired.chance}`);
  assert.ok(Math.abs(apart.chance! - 0.479028) < 1e-6, `${apart.chance}`);
});

Deno.test("the false alarms of many metrics at once are at most as many as is stated", () => {
  // A thousand comparisons of two runs, of 40 metrics each, in which nothing has changed.
  const draws = random.normal(random.key(3), [1000 * 40 * 2 * 4]).dataSync();
  let at = 0, alarms = 0, single = 0;
  const side = () =>
    record({
      metrics: Array.from({ length: 40 }, (_, i) => {
        const direction = (["lower", "higher", "target"] as const)[i % 3];
        const target = direction === "target" ? { value: 0.3, tolerance: 100, source: "s" } : null;
        return trained([...draws.subarray(at, at += 4)], { name: `m${i}`, direction, target });
      }),
    });
  for (let i = 0; i < 1000; i++) {
    const found = compare([side()], [side()]);
    if (hasRegression(found, { rate: 0.1 })) alarms++;
    if (found.rows.some(({ chance }) => chance! < 0.1)) single++;
  }
  assert.ok(alarms <= 100 + 3 * Math.sqrt(90), `${alarms} of 1000`);
  assert.ok(single > 900, "one test a metric would alarm nearly always");
});

Deno.test("regressionsOf() finds a change among many metrics, and says what was not tested", () => {
  const many = (shift: number) =>
    record({
      metrics: [
        ...Array.from({ length: 200 }, (_, i) => trained([1, 2, 3, 4], { name: `m${i}` })),
        trained([1 + shift, 2.01 + shift, 3 + shift, 4 + shift], { name: "changed" }),
        metric({ name: "bare", value: 1 + shift, direction: "lower" }),
      ],
    });
  const { rows, tests, untested } = regressionsOf([compare([many(0)], [many(1)])]);
  assert.deepEqual([rows.map((row) => row.metric), tests, untested], [["changed"], 201, 1]);
  assert.equal(regressionsOf([compare([many(0)], [many(1)])], { strict: true }).rows.length, 2);
  assert.throws(() => regressionsOf([], { alpha: 0.1 } as object), /there is no option "alpha"/);
});

Deno.test("several revisions stand side by side, each against the first", () => {
  const at = (value: number) => [record({ metrics: [metric({ value, se: 0.1, direction: "lower" })] })];
  const sides = [["A", 1], ["B", 2], ["C", 0]] as const;
  const [first, ...others] = sides.map(([label, value]) => ({ label, records: at(value) }));
  const text = formatComparison(others.map((other) => compareRecords(first, other)));
  assert.match(text, /^A against B, C\n\nexperiment +profile +metric +A +B +in B +C +in C\n/);
  assert.match(text, /tiny +quick +loss +1 +2 +worse +0 +better\n/);
  assert.match(text, /1 regression: 2 metrics tested[^]*B: 1 worse; C: 1 better$/);
});

Deno.test("records made by hand in the first form, without settings or values by seed, are compared", () => {
  const old = (value: number): RunRecord => {
    const { set: _, ...rest } = record({ metrics: [metric({ value, target })] });
    return rest as RunRecord;
  };
  const [row] = compare([old(10.1)], [old(10.2)]).rows;
  assert.deepEqual([row.profile, row.verdict], [record({}).profile, "worse"]);
});
