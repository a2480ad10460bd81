import assert from "node:assert/strict";
import type { Experiment } from "../../lib/results/mod.ts";
import { runProgram } from "../../lib/system/mod.ts";
import { plan } from "../../tasks/plan.ts";
import { valuesOf } from "../../tasks/plan/grid.ts";
import { mergeCells } from "../../tasks/plan/merge_cells.ts";
import { runCells } from "../../tasks/plan/run_cells.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { entryOf, fake } from "./fake.ts";
import { SNAKEMAKE } from "./schedulers.ts";

const rough: Experiment = {
  ...fake,
  name: "rough",
  targets: {},
  recovery: () => ({}),
  profiles: {
    quick: { seeds: 4, steps: 10, rate: 0.5, name: "a" },
    full: { seeds: 9, steps: 10, rate: 0.5, name: "a" },
  },
  report(ctx, [{ draw }]) {
    if (ctx.config.steps === 13) throw new Error("13 is wrong");
    ctx.metric("draw", draw * ctx.config.rate);
    ctx.metric("third", (ctx.seeds[0] + 1) / 3);
  },
};

const entries = [entryOf(rough), entryOf({ ...rough, name: "other" })];

async function run(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; text: string; errors: string[] }> {
  const printed: string[] = [], errors: string[] = [], original = console.error;
  console.error = (line) => void errors.push(line);
  try {
    const code = await plan(args, { cwd, entries, print: (line) => void printed.push(line) });
    return { code, text: printed.join("\n"), errors };
  } finally {
    console.error = original;
  }
}

/** The texts and times of all files below a folder, by their paths. */
async function filesIn(folder: string, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    const path = `${prefix}${name}`;
    if (isDirectory) Object.assign(found, await filesIn(folder, `${path}/`));
    else {found[path] = `${(await Deno.stat(`${folder}/${path}`)).mtime?.getTime()} ${await Deno.readTextFile(
        `${folder}/${path}`,
      )}`;}
  }
  return found;
}

const SWEEP = [
  "rough",
  "--seeds",
  "3",
  "--set",
  "steps=10,13",
  "--set",
  "rate=0.1,0.7",
  "--data",
  "simulated",
];

Deno.test("valuesOf() cuts at commas, but not within lists, records and quotes", () => {
  assert.deepEqual(valuesOf('1,[2,3],{"a":[4,5]},"x,y",'), ["1", "[2,3]", '{"a":[4,5]}', '"x,y"', ""]);
});

Deno.test("plan writes a cell for each seed and combination, in chunks, the same to the byte each time", async () => {
  await inTemporaryFolder(async (cwd) => {
    const first = await run(cwd, ...SWEEP, "--out", "sweep", "--chunk", "5");
    assert.deepEqual([first.errors, first.code], [[], 0]);
    assert.match(
      first.text,
      /^12 runs in 3 jobs\. Run them:\n {2}cd .*\/sweep && snakemake --profile profiles\/local$/,
    );
    const written = await filesIn(`${cwd}/sweep`);
    const again = await run(cwd, ...SWEEP, "--out", "sweep", "--chunk", "5");
    assert.match(again.text, /sweep is as planned: 12 runs in 3 jobs$/);
    assert.deepEqual(await filesIn(`${cwd}/sweep`), written, "not even a time has changed");
    const cells = (await Deno.readTextFile(`${cwd}/sweep/chunks/0000.txt`)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.equal(cells.length, 5);
    assert.deepEqual(cells[3], {
      path: "cells/rough/steps=10+rate=0.7/seed=0",
      experiment: "rough",
      profile: "quick",
      seed: 0,
      set: ["steps=10", "rate=0.7"],
      data: "simulated",
    });
    // The workflow itself says nothing of a sweep.
    await run(cwd, "other", "--out", "second");
    assert.equal(
      await Deno.readTextFile(`${cwd}/second/Snakefile`),
      await Deno.readTextFile(`${cwd}/sweep/Snakefile`),
    );
  });
});

Deno.test("the container recipes pin the project's Deno, copy what is there, and install modules of their own", async () => {
  await inTemporaryFolder(async (cwd) => {
    await run(cwd, "other", "--out", "sweep");
    const read = (name: string) => Deno.readTextFile(`${cwd}/sweep/container/${name}`);
    const docker = await read("Dockerfile"), apptainer = await read("apptainer.def");
    const root = new URL("../../", import.meta.url);
    const [base] = /(?<=^FROM )\S+$/m.exec(await Deno.readTextFile(new URL("Dockerfile", root)))!;
    assert.ok(docker.includes(`FROM ${base}\n`) && apptainer.includes(`From: ${base}\n`), base);
    const [, copied] = /^COPY (.*) \.\/$/m.exec(docker)!;
    for (const name of copied.split(" ")) assert.ok((await Deno.stat(new URL(name, root))).isFile);
    // Those of the machine that builds may be of another system.
    assert.equal(await read("Dockerfile.dockerignore"), "node_modules\n");
    assert.match(apptainer, /rm -rf node_modules && deno install --frozen/);
  });
});

Deno.test("plan refuses what it cannot run, and folders that are not its own", async () => {
  await inTemporaryFolder(async (cwd) => {
    await Deno.mkdir(`${cwd}/full`);
    await Deno.writeTextFile(`${cwd}/full/mine.txt`, "mine");
    await run(cwd, ...SWEEP, "--out", "sweep");
    const cases: [string[], string][] = [
      [[], "Name an experiment: there are rough, other"],
      [["rouhg"], 'Unknown experiment "rouhg" (did you mean "rough"?): there are rough, other'],
      [
        ["rough", "--set", "stesp=1,2"],
        'Cannot set stesp=1: the experiment "rough" has no setting "stesp" (did you mean "steps"?): it has seeds, steps, rate, name',
      ],
      [
        ["rough", "--set", "steps=1,two"],
        'Cannot set steps=two: steps is 10: found "two", expected a number',
      ],
      [
        ["rough", "--set", "steps=1,2.5"],
        "Cannot set steps=2.5: steps is 10: found 2.5, expected an integer from 0",
      ],
      [["rough", "--set", "rate=-1"], "Cannot set rate=-1: rate is 0.5: found -1, expected a number from 0"],
      [
        ["rough", "--seed", "4294967295", "--seeds", "2"],
        "Cannot plan seeds to 4294967296: the largest is 4294967295",
      ],
      [["rough", "--set", "steps=1,1"], "Cannot set steps=1,1: it has the value 1 twice"],
      [
        ["rough", "--set", "steps=1", "--set", "steps=2"],
        "Cannot set steps twice: give its values in one list",
      ],
      [["rough", "--set", "seeds=1"], "Cannot set seeds: a cell has one; give --seeds N"],
      [
        ["rough", "--set", "other:steps=1"],
        'Cannot set "other:...": the experiments to run are rough',
      ],
      [["rough", "--profile", "tuned"], 'The experiment "rough" has no profile "tuned": it has quick, full'],
      [["rough", "--seeds", "0"], 'Invalid value "0" of --seeds: expected at least 1'],
      [
        ["rough", "--set", "steps=1,2", "--seeds", "5001"],
        "Cannot plan 10002 runs: more than 10000, which needs --yes",
      ],
      [
        ["rough", "--out", "full"],
        `Cannot write a sweep to ${cwd}/full: found mine.txt there; give another folder (--out DIR)`,
      ],
      [
        ["rough", "--out", "full/mine.txt"],
        `Cannot write a sweep to ${cwd}/full/mine.txt: found a file, expected a folder; name another`,
      ],
      [
        ["rough", "--out", "sweep"],
        `Cannot write a sweep to ${cwd}/sweep: found another plan there; give another folder (--out DIR)`,
      ],
    ];
    for (const [args, message] of cases) {
      const { code, errors } = await run(cwd, ...args);
      assert.deepEqual([code, errors], [1, [message]]);
    }
    assert.match((await run(cwd, "rough", "--out", "one")).text, /^1 run in 1 job\. Run them:/);
    const many = await run(cwd, "rough", "--seeds", "10001", "--yes", "--out", "many", "--chunk", "1000");
    assert.equal(many.code, 0);
    assert.deepEqual(
      await Array.fromAsync(Deno.readDir(`${cwd}/full`)).then((e) => e.map(({ name }) => name)),
      ["mine.txt"],
    );
  });
});

Deno.test("cells give the same table bit for bit in any order; what is done is not repeated, failures are told", async () => {
  await inTemporaryFolder(async (cwd) => {
    const tables: string[] = [];
    for (const [out, chunks] of [["a", [0, 1, 2]], ["b", [2, 0, 1]]] as const) {
      await run(cwd, ...SWEEP, "--out", out, "--chunk", "5");
      const options = { registry: entries, cwd: `${cwd}/${out}` };
      await assert.rejects(mergeCells(`${cwd}/${out}`, "table.csv", "failures.csv"), /found no|expected/);
      for (const chunk of chunks) {
        assert.equal(await runCells(`chunks/000${chunk}.txt`, `done/000${chunk}.txt`, options), 0);
        if (chunk === chunks[0]) {
          await assert.rejects(
            mergeCells(`${cwd}/${out}`, "table.csv", "failures.csv"),
            /Cannot merge the sweep: found records of \d of 12 cells \(cells\/rough\/.* has no record\)/,
          );
        }
      }
      await mergeCells(`${cwd}/${out}`, "table.csv", "failures.csv");
      tables.push(await Deno.readTextFile(`${cwd}/${out}/table.csv`));
      assert.equal((await Deno.readTextFile(`${cwd}/${out}/failures.csv`)).match(/13 is wrong/g)?.length, 6);

      const before = await filesIn(`${cwd}/${out}/cells`);
      assert.equal(await runCells("chunks/0000.txt", "done/0000.txt", options), 0);
      assert.deepEqual(await filesIn(`${cwd}/${out}/cells`), before, "nothing was run again");
    }
    assert.equal(tables[0], tables[1]);
    const third = (1 / 3 + 2 / 3 + 1) / 3;
    assert.ok(tables[0].includes(`rough,quick,steps=10 rate=0.1,third,${third},`), tables[0]);
    const path = `${cwd}/a/cells/rough/steps=10+rate=0.1/seed=1/rough/quick.json`;
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).slice(0, 200));
    await assert.rejects(mergeCells(`${cwd}/a`, "table.csv", "failures.csv"), /Cannot use 1 of 12 records/);
    assert.equal(
      await runCells("chunks/0000.txt", "done/0000.txt", { registry: entries, cwd: `${cwd}/a` }),
      0,
    );
    await mergeCells(`${cwd}/a`, "again.csv", "failures.csv");
    assert.equal(await Deno.readTextFile(`${cwd}/a/again.csv`), tables[0], "a torn record is written again");
  });
});

Deno.test({
  name: `Snakemake runs a sweep on two cores as one process does, and has then nothing to do${
    SNAKEMAKE ? "" : ": skipped, no snakemake"
  }`,
  ignore: SNAKEMAKE === undefined,
  fn: () =>
    inTemporaryFolder(async (cwd) => {
      const args = [
        "rugged",
        "--seeds",
        "2",
        "--set",
        "draws=2000,3000",
        "--data",
        "simulated",
        "--chunk",
        "1",
      ];
      const project = new URL("../../", import.meta.url).pathname;
      const planned = async (out: string) => {
        const line = [
          "run",
          "-A",
          "--no-check",
          `${project}tasks/plan.ts`,
          ...args,
          "--out",
          `${cwd}/${out}`,
        ];
        const { ok, err } = await runProgram(Deno.execPath(), line, { cwd: project });
        assert.ok(ok, err);
      };
      const snakemake = (out: string) =>
        runProgram(SNAKEMAKE!, ["--profile", "profiles/local", "--cores", "2"], {
          cwd: `${cwd}/${out}`,
          env: { XDG_CACHE_HOME: `${cwd}/cache` },
        });
      await planned("whole");
      const whole = await snakemake("whole");
      assert.ok(whole.ok, whole.err);
      assert.match((await snakemake("whole")).err, /Nothing to be done/);
      // The same cells one after another, in a process of their own, give the same table.
      await planned("alone");
      for (let i = 0; i < 4; i++) {
        assert.equal(await runCells(`chunks/000${i}.txt`, `done/000${i}.txt`, { cwd: `${cwd}/alone` }), 0);
      }
      await mergeCells(`${cwd}/alone`, "table.csv", "failures.csv");
      const table = await Deno.readTextFile(`${cwd}/whole/table.csv`);
      assert.equal(await Deno.readTextFile(`${cwd}/alone/table.csv`), table);
      assert.ok(table.trim().split("\n").length > 100 && !/,1,\w*$/m.test(table), "none failed");
    }),
});
