import assert from "node:assert/strict";
import { sha256 } from "../../lib/system/mod.ts";
import {
  formatRecord,
  meetsTarget,
  type Metric,
  parseRecord,
  readRecords,
  recordSchema,
  resultsReadme,
  resultsSummary,
  type RunRecord,
  targetText,
  targetVerdict,
  writeIndex,
  writeRun,
} from "../../lib/results/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { metric, record } from "./records.ts";

const target = { value: 10, tolerance: 0.5, source: "someone (2001)" };

async function tree(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    found.push(...isDirectory ? await tree(folder, `${prefix}${name}/`) : [prefix + name]);
  }
  return found.sort();
}

Deno.test("formatRecord() is JSON with a metric, a data set and a file a line", () => {
  const given = record({ metrics: [metric({ name: "a" }), metric({ name: "b", target })] });
  const text = formatRecord(given), lines = text.split("\n");
  assert.deepEqual(JSON.parse(text), given);
  assert.deepEqual(Object.keys(JSON.parse(text)), Object.keys(given));
  assert.equal(lines.filter((line) => line.startsWith('    {"name":"')).length, 3);
  assert.ok(lines.includes('  "seeds": [0,1],') && lines.includes('  "artifacts": []'));
});

Deno.test("meetsTarget() takes what is within the tolerance, or better in the metric's direction", () => {
  const cases: [number | null, "target" | "lower" | "higher", boolean][] = [
    [10.5, "target", true],
    [9.4, "target", false],
    [3, "lower", true],
    [10.5, "lower", true],
    [10.6, "lower", false],
    [30, "higher", true],
    [9.4, "higher", false],
    [null, "lower", false],
  ];
  for (const [value, direction, met] of cases) {
    assert.equal(meetsTarget(metric({ value, direction, target })), met, `${value} ${direction}`);
  }
  assert.equal(meetsTarget(metric({})), null);
  assert.equal(targetVerdict(metric({ value: 11, target })), "missed by 0.50");
  assert.equal(targetVerdict(metric({ value: null, target })), "missed: not finite");
});

Deno.test("parseRecord() names the file, the place and the rule", () => {
  const change = (edit: (copy: any) => void): string => {
    const copy = structuredClone(record());
    edit(copy);
    return JSON.stringify(copy);
  };
  const schema = "it does not fit the schema of records. ",
    again = ". Run the experiment again to replace it";
  const cases: [string, string][] = [
    ["{", "it is not JSON (Expected property name or '}' in JSON at position 1 (line 1 column 2))"],
    ["[]", `${schema}The record must be object`],
    [change((r) => delete r.seeds), `${schema}The record must have required property 'seeds'`],
    [change((r) => r.metrics[0].value = "1"), `${schema}/metrics/0/value must be number,null`],
    [
      change((r) => r.metrics[0].name = "two words"),
      `${schema}/metrics/0/name must match pattern "^[^\\s/]+(/[^\\s/]+)*$"`,
    ],
    [
      change((r) => r.profile = "tiny"),
      `${schema}/profile must be equal to one of the allowed values (quick, full, todays, tuned, best)`,
    ],
    [change((r) => r.schema = "other"), `${schema}/schema must be equal to constant (pyrosaur/result/2)`],
    [change((r) => r.code.extra = 1), `${schema}/code must NOT have additional properties (extra)`],
    [change((r) => r.data[0].sha256 = "abc"), `${schema}/data/0/sha256 must match pattern "^[0-9a-f]{64}$"`],
  ];
  for (const [text, problem] of cases) {
    assert.throws(() => parseRecord(text, "results/tiny/quick.json"), {
      message: `Cannot use results/tiny/quick.json: ${problem}${again}`,
    });
  }
  assert.deepEqual(parseRecord(JSON.stringify(record()), "x"), record());
});

Deno.test("writeRun() writes the files and a record of their hashes, and removes an earlier run's", async () => {
  await inTemporaryFolder(async (out) => {
    await writeRun(out, record(), new Map([["curves/old.csv", "a\n1\n"], ["figures/f.svg", "<svg/>"]]));
    const written = await writeRun(out, record({ profile: "full" }), new Map([["curves/x.csv", "x\n"]]));
    assert.deepEqual(written.artifacts, [{ path: "tiny/full/curves/x.csv", sha256: await sha256("x\n") }]);
    await writeRun(out, record(), new Map([["figures/f.svg", "<svg></svg>"]]));
    assert.deepEqual(await tree(out), [
      "tiny/full.json",
      "tiny/full/curves/x.csv",
      "tiny/quick.json",
      "tiny/quick/figures/f.svg",
    ]);
    assert.deepEqual((await readRecords(out)).map((r) => r.profile), ["full", "quick"]);
  });
});

Deno.test("records of the first form are read, with what came later filled in", () => {
  const { set: _, ...first } = { ...record(), schema: "pyrosaur/result/1" };
  const metrics = first.metrics.map(({ values: _, ...rest }) => rest);
  const read = parseRecord(JSON.stringify({ ...first, metrics }), "old");
  assert.deepEqual(read, record());
  assert.throws(
    () => parseRecord(JSON.stringify({ ...first, metrics, set: {} }), "old"),
    /additional properties \(set\)/,
  );
  assert.throws(
    () => parseRecord(JSON.stringify({ ...first, schema: "pyrosaur/result/3" }), "new"),
    /must have required property 'set'/,
  );
});

Deno.test("writeRun() refuses a record that does not fit the schema, and writes nothing", async () => {
  await inTemporaryFolder(async (out) => {
    const bad = record({ seeds: [] });
    await assert.rejects(writeRun(out, bad, new Map([["a.csv", ""]])), {
      message:
        "Cannot use the record of tiny/quick: it does not fit the schema of records. /seeds must NOT have fewer than 1 items. " +
        "Run the experiment again to replace it",
    });
    assert.deepEqual(await tree(out), []);
  });
});

Deno.test("readRecords() rejects on a corrupt record and passes over other files", async () => {
  await inTemporaryFolder(async (out) => {
    assert.deepEqual(await readRecords(`${out}/none`), []);
    await writeRun(out, record(), new Map());
    await Deno.writeTextFile(`${out}/notes.json`, "{");
    assert.equal((await readRecords(out)).length, 1);
    await Deno.writeTextFile(`${out}/tiny/full.json`, "<<<<<<< HEAD");
    await assert.rejects(readRecords(out), /^Error: Cannot use .*\/tiny\/full\.json: it is not JSON/);
  });
});

Deno.test("writeIndex() publishes the schema, and a page with targets, our numbers and verdicts", async () => {
  await inTemporaryFolder(async (out) => {
    const metrics = [
      metric({ name: "a/mean", value: 10.2, se: 0.123, n: 5, target }),
      metric({ name: "time", value: 3, unit: "s" }),
    ];
    await writeRun(
      out,
      record({ metrics }),
      new Map([["figures/f.svg", "<svg/>"], ["figures/f.vl.json", "{}"]]),
    );
    await writeRun(out, record({ profile: "full", status: "failed", error: "It broke\nhere" }), new Map());
    await writeIndex(out);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${out}/schema.json`)), recordSchema);
    const page = await Deno.readTextFile(`${out}/README.md`);
    for (
      const part of [
        "## A tiny experiment",
        "### [`quick`](tiny/quick.json)",
        "| metric | target | ours | se | n | verdict |",
        "| a/mean | 10 ± 0.50 | 10.20 | 0.12 | 5 | met |",
        "| time [s] |  | 3 |  | 1 |  |",
        "Targets: someone (2001).",
        "![f](tiny/quick/figures/f.svg)",
        "**Failed**: It broke",
      ]
    ) assert.ok(page.includes(part), `${part} is not in\n${page}`);
    assert.ok(!page.includes("f.vl.json"));
  });
});

Deno.test("results/schema.json is the schema that records are held against", async () => {
  const published = await Deno.readTextFile(new URL("../../results/schema.json", import.meta.url));
  assert.deepEqual(JSON.parse(published), recordSchema);
});

Deno.test("writeRun() writes files of any kind as they are", async () => {
  await inTemporaryFolder(async (out) => {
    const bytes = Uint8Array.of(0, 255, 13, 10);
    const written = await writeRun(out, record({ profile: "tuned" }), new Map([["model.bin", bytes]]));
    assert.deepEqual(written.artifacts, [{ path: "tiny/tuned/model.bin", sha256: await sha256(bytes) }]);
    assert.deepEqual(await Deno.readFile(`${out}/tiny/tuned/model.bin`), bytes);
    assert.deepEqual((await readRecords(out)).map((r) => r.profile), ["tuned"]);
  });
});

Deno.test("resultsReadme() shows the full profile, then today's, the tuned, the best, the quick one; resultsSummary() quick alone", () => {
  const runs = (["quick", "tuned", "todays", "best", "full"] as const).map((profile) =>
    record({ profile, metrics: [metric({ name: `${profile}_one`, target })] })
  );
  const order = (text: string) => Array.from(text.matchAll(/\| (\w+)_one \|/g), ([, name]) => name);
  assert.deepEqual(order(resultsReadme(runs)), ["full", "todays", "tuned", "best", "quick"]);
  assert.deepEqual(order(resultsSummary(runs)), ["full", "todays", "tuned", "best"]);
  assert.deepEqual(order(resultsSummary(runs.slice(0, 2))), ["tuned"]);
  assert.deepEqual(order(resultsSummary(runs.slice(0, 1))), ["quick"]);
  assert.equal(resultsSummary([record({ status: "failed", error: "It broke" })]), "");
});

Deno.test("resultsSummary() shows of each run the target that it is farthest from, in tolerances", () => {
  const metrics = [
    metric({ name: "close", value: 1.1, target: { ...target, value: 1, tolerance: 0.2 } }),
    metric({ name: "far", value: 10.3, unit: "nats", target: { ...target, value: 10, tolerance: 0.1 } }),
    metric({ name: "free", value: 5 }),
  ];
  const [, , line] = resultsSummary([record({ metrics, seconds: 1850 })]).split("\n");
  assert.equal(
    line,
    "| [A tiny experiment](results/README.md#a-tiny-experiment) | quick | far [nats] | 10 ± 0.10 | 10.30 | 1 of 2 | 31 min |",
  );
});

Deno.test("targetText() says which side a target is met from, and no tolerance where there is none", () => {
  const cases: ["target" | "lower" | "higher", number, string][] = [
    ["target", 0.5, "10 ± 0.50"],
    ["lower", 0.5, "≤ 10 + 0.50"],
    ["higher", 0.5, "≥ 10 - 0.50"],
    ["target", 0, "10"],
    ["lower", 0, "≤ 10"],
    ["higher", 0, "≥ 10"],
  ];
  for (const [direction, tolerance, text] of cases) {
    const own = metric({ direction, target: { ...target, tolerance } });
    assert.equal(targetText(own), text);
    for (const page of [resultsReadme, resultsSummary]) {
      assert.ok(page([record({ metrics: [own] })]).includes(`| ${text} |`), `${page.name}: ${text}`);
    }
  }
  assert.equal(targetText(metric({})), null);
});

Deno.test("resultsSummary() takes a target that is surpassed for met, one that is missed without tolerance for the farthest", () => {
  const metrics = [
    metric({ name: "surpassed", value: 1, direction: "lower", target: { ...target, tolerance: 0.1 } }),
    metric({ name: "aim_met", value: 9.9, direction: "lower", target: { ...target, tolerance: 0 } }),
    metric({ name: "near", value: 10.2, direction: "lower", target: { ...target, tolerance: 0.5 } }),
  ];
  const farthest = (all: Metric[]) =>
    resultsSummary([record({ metrics: all })]).split("\n")[2].split(" | ")[2];
  assert.equal(farthest(metrics), "near");
  const missed = metric({
    name: "aim",
    value: 10.01,
    direction: "lower",
    target: { ...target, tolerance: 0 },
  });
  assert.equal(farthest([...metrics, missed]), "aim");
  assert.equal(farthest([missed, ...metrics]), "aim");
});

Deno.test("resultsReadme() says of simulated data that they are", () => {
  const run: RunRecord = record({ simulated: true, metrics: [metric({ target })] });
  assert.match(
    resultsReadme([run]),
    /\*\*Simulated data\*\*[^]*\| metric \| known \|[^]*Known numbers: someone/,
  );
});
