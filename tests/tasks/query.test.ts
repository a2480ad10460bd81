import assert from "node:assert/strict";
import {
  FIRST_SCHEMA,
  formatRecord,
  meetsTarget,
  type RunRecord,
  shortfall,
  writeRun,
} from "../../lib/results/mod.ts";
import { RecordsIndex } from "../../tasks/index/records_index.ts";
import { query } from "../../tasks/query.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { metric, record } from "../results/records.ts";
import { memoryTerminal } from "./fake.ts";

/** Writes records, each into a folder of its own, as a sweep does. */
async function write(root: string, records: readonly RunRecord[]): Promise<void> {
  for (const [i, one] of records.entries()) {
    await writeRun(`${root}/cells/${i}`, one, new Map([["curves/c.csv", `${i}\n`]]));
  }
}

/** The text of a record in the first form. */
function firstForm(given: RunRecord): string {
  const { set: _, ...rest } = JSON.parse(formatRecord(given));
  const metrics = rest.metrics.map(({ values: _, ...metric }: any) => metric);
  return JSON.stringify({ ...rest, schema: FIRST_SCHEMA, metrics });
}

async function run(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; text: string; errors: string[] }> {
  const errors: string[] = [], original = console.error, terminal = memoryTerminal();
  console.error = (line) => void errors.push(line);
  try {
    const code = await query(args, { cwd, terminal });
    return { code, text: terminal.printed.join("\n"), errors: [...terminal.warned, ...errors] };
  } finally {
    console.error = original;
  }
}

const target = { value: 1, tolerance: 0.5, source: "someone (2001)" };

const sweep = [1, 2, 3].map((steps) =>
  record({
    config: { steps, net: { width: 4 } },
    set: { steps },
    seeds: [steps, 2 ** 32 - 1],
    metrics: [
      metric({
        name: "loss",
        value: steps / 2,
        se: 0.1,
        n: 2,
        values: [steps / 2, null],
        direction: "lower",
        target,
      }),
      metric({ name: "odd", value: null }),
    ],
  })
);

Deno.test("query answers about records at any depth: runs, metrics, targets and artifacts", async () => {
  await inTemporaryFolder(async (cwd) => {
    await write(`${cwd}/results`, sweep);
    const rows = async (sql: string) => {
      const { text, errors } = await run(cwd, sql, "--json");
      assert.deepEqual(errors, []);
      return JSON.parse(text);
    };
    assert.deepEqual(
      await rows("select path, seed, seeds, config->>'steps' as steps, \"set\" from runs order by path"),
      [
        ...[1, 2, 3].map((steps) => ({
          path: `cells/${steps - 1}/tiny/quick.json`,
          seed: steps,
          seeds: [steps, 2 ** 32 - 1],
          steps: `${steps}`,
          set: `{"steps":${steps}}`,
        })),
      ],
    );
    assert.deepEqual(
      await rows(
        "select name, count(*) c, count(value) v, avg(value) m, sum(n) n from metrics group by 1 order by 1",
      ),
      [
        { name: "loss", c: 3, v: 3, m: 1, n: 6 },
        { name: "odd", c: 3, v: 0, m: null, n: 3 },
      ],
    );
    assert.deepEqual(
      await rows("select (config->'$.net.width')::int w, value, met from targets order by value"),
      [
        { w: 4, value: 0.5, met: true },
        { w: 4, value: 1, met: true },
        { w: 4, value: 1.5, met: true },
      ],
    );
    assert.deepEqual(await rows("select by_seed from metrics where name = 'loss' and seed = 1"), [{
      by_seed: [0.5, null],
    }]);
    assert.equal((await rows("select distinct file from artifacts")).length, 1);
    assert.match((await run(cwd)).text, /runs +run INTEGER, path VARCHAR, /);
    assert.equal((await run(cwd, "select 1 as a", "--csv")).text, "a\n1");
    assert.match((await run(cwd, "select 1 as a", "--md")).text, /\| a \|\n/);
  });
});

Deno.test("values that JSON lacks are told as text, and whole numbers as numbers", async () => {
  await inTemporaryFolder(async (cwd) => {
    await write(`${cwd}/results`, sweep);
    const sql =
      "select 'nan'::double n, 1::hugeint h, 18446744073709551615::ubigint u, [1, 2] l, {'a': 1} s, date '2026-01-02' d";
    assert.deepEqual(JSON.parse((await run(cwd, sql, "--json")).text), [
      { n: "NaN", h: 1, u: "18446744073709551615", l: [1, 2], s: { a: 1 }, d: "2026-01-02T00:00:00.000Z" },
    ]);
  });
});

Deno.test("records of every form that there was are read together", async () => {
  await inTemporaryFolder(async (cwd) => {
    await write(`${cwd}/results`, sweep.slice(0, 2));
    const old = `${cwd}/results/old/tiny`;
    await Deno.mkdir(old, { recursive: true });
    await Deno.writeTextFile(`${old}/quick.json`, firstForm(sweep[2]));
    const { text, errors } = await run(
      cwd,
      "select form, count(*) c, sum(value) v, count(by_seed) s from metrics group by 1 order by 1",
      "--json",
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(JSON.parse(text), [
      { form: "pyrosaur/result/1", c: 2, v: 1.5, s: 0 },
      { form: "pyrosaur/result/2", c: 4, v: 1.5, s: 2 },
    ]);
  });
});

Deno.test("the project's own records are read, and targets are met as meetsTarget() says", async () => {
  const folder = new URL("../../results", import.meta.url).pathname;
  using index = await RecordsIndex.below(folder);
  assert.ok(index.paths.length >= 15);
  const { rows } = await index.query("select path, name, shortfall, met from metrics order by run, place");
  const expected = index.paths.flatMap((path) => {
    const { metrics } = JSON.parse(Deno.readTextFileSync(`${folder}/${path}`)) as RunRecord;
    return metrics.map((metric) => ({
      path,
      name: metric.name,
      shortfall: Number.isFinite(shortfall(metric)) ? shortfall(metric) : null,
      met: meetsTarget(metric),
    }));
  });
  assert.deepEqual(rows, expected);
  assert.ok(rows.some(({ met }) => met === false) && rows.some(({ met }) => met === true));
});

Deno.test("records that a query reads are held against their form, however they are damaged", async () => {
  await inTemporaryFolder(async (cwd) => {
    await write(`${cwd}/results`, sweep);
    const path = `${cwd}/results/cells/1/tiny/quick.json`, text = formatRecord(sweep[1]);
    const cases: [string, string, RegExp][] = [
      ["", "count(*) from runs", /it is not JSON/],
      [text.slice(0, 300), "count(*) from runs", /it is not JSON/],
      [`[${text}]`, "count(*) from runs", /The record must be object/],
      [text.replace(/"status": "ok"/, '"status": null'), "count(*) from runs", /\/status must be equal/],
      [text.replace(/"config": \{/, '"confg": {'), "count(*) from runs", /required property 'config'/],
      [
        text.replace('"value":1,', '"value":"one",'),
        "sum(value) from metrics",
        /\/metrics\/0\/value must be/,
      ],
      [
        text.replace('"name":"odd"', '"name":"loss"'),
        "count(*) from metrics",
        /it has the metric "loss" twice/,
      ],
      [text.replace('"lower"', '"down"'), "count(*) from artifacts", /\/metrics\/0\/direction must be equal/],
    ];
    for (const [damaged, question, message] of cases) {
      await Deno.writeTextFile(path, damaged);
      const { code, errors } = await run(cwd, `select ${question}`);
      assert.equal(code, 1, damaged);
      assert.match(errors[0], /^Cannot use 1 of 3 records in .*results:\ncells\/1\/tiny\/quick\.json: /);
      assert.match(errors[0], message);
    }
  });
});

Deno.test("links to folders of records are followed once, and hidden folders and runs' own files are not", async () => {
  await inTemporaryFolder(async (cwd) => {
    await write(`${cwd}/elsewhere`, sweep);
    await write(`${cwd}/results/.hidden`, sweep);
    await write(`${cwd}/results`, sweep.slice(0, 1));
    await Deno.mkdir(`${cwd}/results/cells/0/tiny/quick/tiny`);
    await Deno.copyFile(
      `${cwd}/results/cells/0/tiny/quick.json`,
      `${cwd}/results/cells/0/tiny/quick/tiny/quick.json`,
    );
    for (const name of ["a", "b"]) await Deno.symlink(`${cwd}/elsewhere/cells`, `${cwd}/results/${name}`);
    assert.equal(
      (await run(cwd, "select path from runs", "--csv")).text,
      ["path", ...[0, 1, 2].map((i) => `a/${i}/tiny/quick.json`), "cells/0/tiny/quick.json"].join("\n"),
    );
  });
});

Deno.test("query says what is wrong with SQL, a folder or a record", async () => {
  await inTemporaryFolder(async (cwd) => {
    await write(`${cwd}/results`, sweep);
    await Deno.mkdir(`${cwd}/empty`);
    const views = "\nThere are the views runs, metrics, targets, artifacts";
    const cases: [string[], RegExp][] = [
      [["selec 1"], /^Cannot query: Parser Error: syntax error at or near "selec"/],
      [
        ["select valeu from metrics"],
        /^Cannot query: Binder Error: Referenced column "valeu" not found[^]*value/,
      ],
      [
        ["select * from metrix"],
        /^Cannot query: Catalog Error: Table with name metrix does not exist!\nDid you mean "metrics"/,
      ],
      [["select * from read_text('/etc/passwd')"], /^Cannot query: Permission Error: /],
      [["copy runs to 'x.csv'"], /^Cannot query: Permission Error: /],
      [[`copy (select 1) to '${cwd}/results/cells/0/tiny/quick.json'`], /^Cannot query: Permission Error: /],
    ];
    for (const [args, message] of cases) {
      const { code, errors } = await run(cwd, ...args);
      assert.equal(code, 1);
      assert.match(errors[0], message);
      assert.ok(errors[0].endsWith(views), errors[0]);
    }
    assert.deepEqual((await run(cwd, "select 1", "--over", "nowhere")).errors, [
      `Cannot read records: found no folder ${cwd}/nowhere`,
    ]);
    assert.match(
      (await run(cwd, "select 1", "--over", "empty")).errors[0],
      /^Cannot use .*empty: found no records there/,
    );
    assert.deepEqual((await run(cwd, "select 1", "--json", "--csv")).errors, [
      "Give one of --json and --csv, not both",
    ]);

    await Deno.writeTextFile(`${cwd}/results/cells/0/tiny/quick.json`, formatRecord(sweep[0]).slice(0, 300));
    await Deno.writeTextFile(
      `${cwd}/results/cells/1/tiny/quick.json`,
      JSON.stringify({ ...sweep[1], schema: "pyrosaur/result/9" }),
    );
    const { code, errors } = await run(cwd, "select count(*) from runs");
    assert.equal(code, 1);
    assert.match(
      errors[0],
      /^Cannot use 2 of 3 records in .*results:\ncells\/0\/tiny\/quick\.json: it is not JSON \(/,
    );
    assert.match(
      errors[0],
      /\ncells\/1\/tiny\/quick\.json: it does not fit the schema of records\. \/schema must be equal/,
    );
    const skipped = await run(cwd, "select count(*) c from runs", "--skip-damaged", "--csv");
    assert.deepEqual([skipped.code, skipped.text, skipped.errors.length], [0, "c\n1", 2]);
  });
});
