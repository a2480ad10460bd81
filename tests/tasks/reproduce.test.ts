import assert from "node:assert/strict";
import { reproduce } from "../../tasks/reproduce.ts";
import { hashFolder } from "../../tasks/runner/code.ts";
import { datasets } from "../../lib/data/mod.ts";
import { sha256 } from "../../lib/system/mod.ts";
import { updateFrontPage } from "../../tasks/runner/front_page.ts";
import {
  claimRun,
  type Experiment,
  parseRecord,
  readRecords,
  type RunRecord,
  writeRun,
} from "../../lib/results/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../temporary.ts";
import { metric, record } from "../results/records.ts";
import { entryOf, fake, memoryTerminal } from "./fake.ts";

/** Runs `reproduce` in a folder of its own, without any real data but what `data` puts there. */
async function run(
  args: string[],
  experiments: Experiment[],
  check: (
    result: { code: number; cwd: string; terminal: ReturnType<typeof memoryTerminal>; errors: string[] },
  ) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (cwd) => {
    const terminal = memoryTerminal(), errors: string[] = [], original = console.error;
    console.error = (line) => void errors.push(line);
    try {
      const environment = { PYROSAUR_DATA: undefined, XDG_CACHE_HOME: cwd };
      const options = { registry: experiments.map(entryOf), cwd, terminal };
      const code = await withEnvironment(environment, () => reproduce(args, options));
      await check({ code, cwd, terminal, errors });
    } finally {
      console.error = original;
    }
  });
}

const recordAt = async (path: string): Promise<RunRecord> => parseRecord(await Deno.readTextFile(path), path);

const failing = (name: string, change: Partial<Experiment>): Experiment => ({ ...fake, name, ...change });

Deno.test("reproduce runs every experiment on twins, labels everything simulated, and keeps out of results/", async () => {
  await run(["--data", "simulated", "--seed", "4"], [fake], async ({ code, cwd, terminal }) => {
    assert.equal(code, 0, terminal.warned.join("\n"));
    const out = `${cwd}/.pyrosaur/simulated`, record = await recordAt(`${out}/fake/quick.json`);
    await assert.rejects(Deno.stat(`${cwd}/results`), Deno.errors.NotFound);
    assert.deepEqual([record.simulated, record.status, record.seeds, record.config], [true, "ok", [4, 5], {
      steps: 10,
    }]);
    assert.deepEqual(record.data, [{
      name: "rugged",
      sha256: null,
      source: "simulated from the model of rugged, seed 4",
      simulated: true,
    }]);
    const [level, , broken] = record.metrics;
    assert.ok(Math.abs(level.se! - 0.05) < 1e-12);
    assert.deepEqual({ ...level, se: null }, {
      name: "level",
      value: 1.45,
      se: null,
      n: 2,
      values: [1.4, 1.5],
      unit: "",
      direction: "target",
      target: { value: 1, tolerance: 0.6, source: "the known intercept" },
    });
    assert.deepEqual([broken.value, broken.se, broken.n, broken.unit, broken.target], [
      null,
      null,
      1,
      "s",
      null,
    ]);
    assert.deepEqual(record.artifacts.map((a) => a.path), [
      "fake/quick/curves/losses/main.csv",
      "fake/quick/figures/dots.svg",
      "fake/quick/figures/dots.vl.json",
      "fake/quick/figures/model.svg",
      "fake/quick/tables/summary.csv",
    ]);
    assert.equal(
      await Deno.readTextFile(`${out}/fake/quick/curves/losses/main.csv`),
      "step,loss\n0,2\n1,1.5\n",
    );
    assert.match(await Deno.readTextFile(`${out}/fake/quick/figures/dots.svg`), /Simulated data/);
    assert.match(await Deno.readTextFile(`${out}/README.md`), /Simulated data/);
    const text = terminal.printed.join("\n");
    assert.match(text, /A fake experiment \(fake, quick\) · SIMULATED DATA/);
    assert.match(text, /level +1 ± 0\.60 +1\.450/);
    assert.ok(text.includes(`Figures: ${out}/fake/quick/figures\n`));
    assert.ok(!/broken|dots\.svg|summary|mean of/.test(text), "the rest is behind --verbose");
    assert.match(terminal.printed.at(-1)!, /fake +quick +simulated +ok +1 of 1/);
    assert.deepEqual([terminal.bars[0], terminal.bars.at(-1)], ["steps 1/10", "steps ended"]);
  });
});

Deno.test("reproduce says which parameters of simulated data were not recovered, and fails", async () => {
  await run(["--data", "simulated", "--seed", "9"], [fake], async ({ code, cwd, terminal }) => {
    const message =
      "The known parameters of the simulated data were not recovered: level is 1.950, known 1 ± 0.60";
    assert.equal(code, 1);
    assert.deepEqual(terminal.warned, [`FAILED: ${message}`]);
    const record = await recordAt(`${cwd}/.pyrosaur/simulated/fake/quick.json`);
    assert.deepEqual([record.status, record.error, record.metrics.length], ["failed", message, 3]);
  });
});

Deno.test("reproduce takes real data from --data DIR and writes results/", async () => {
  const file = datasets.rugged.files[0], before = { ...file };
  await inTemporaryFolder(async (data) => {
    const csv = "isocode,country,rugged,cont_africa,rgdppc_2000\nA,B,1.5,0,100\n";
    await Deno.writeTextFile(`${data}/rugged_data.csv`, csv);
    // The table above stands for the original while this test runs.
    Object.assign(file, { sha256: await sha256(csv), bytes: csv.length });
    try {
      await run(
        ["fake", "--data", data, "--profile", "full", "--verbose"],
        [fake],
        async ({ code, cwd, terminal }) => {
          assert.equal(code, 0, terminal.warned.join("\n"));
          const record = await recordAt(`${cwd}/results/fake/full.json`);
          assert.deepEqual([record.simulated, record.profile, record.seeds.length], [false, "full", 3]);
          assert.equal(record.data[0].sha256, file.sha256);
          assert.equal(record.metrics[0].target?.source, "nobody (2001)");
          assert.ok(terminal.printed.includes("mean of 1"));
          const text = terminal.printed.join("\n");
          assert.match(text, /\nbroken \[s\] /);
          assert.ok(text.includes("summary\nname  value\n"));
          assert.ok(text.includes(`${cwd}/results/fake/full/figures/dots.svg`));
          assert.deepEqual(record.code, {
            commit: null,
            branch: null,
            dirty: null,
            hash: await hashFolder(entryOf(fake).folder),
          });
          assert.deepEqual((await readRecords(`${cwd}/results`)).length, 1);
        },
      );
    } finally {
      Object.assign(file, before);
    }
  });
});

Deno.test("reproduce records a failure, runs the others, and exits with 1", async () => {
  const task = { name: "draw", steps: 1, seconds: 0, data: { steps: 1, seed: 0 } };
  const broken = [
    failing("throws", { report: () => Promise.reject(new Error("the model is wrong")) }),
    failing("silent", { report: () => {} }),
    failing("twice", { report: (ctx) => (ctx.metric("level", 1), ctx.metric("level", 1)) }),
    failing("empty", { report: (ctx) => ctx.metric("level", []) }),
    failing("named", { report: (ctx) => ctx.metric("two words", 1) }),
    failing("ragged", { report: (ctx) => ctx.curve("c", { a: [1], b: [1, 2] }) }),
    failing("outside", { report: (ctx) => ctx.curve("../c", { a: [1] }) }),
    failing("undeclared", { tasks: (ctx) => (ctx.dataset("jsb"), []) }),
    failing("wrong", { tasks: () => [{ ...task, data: { ...task.data, error: "the model is odd" } }] }),
    failing("unnamed", { tasks: () => [{ ...task, name: "two words" }] }),
    failing("alike", { tasks: () => [task, task] }),
  ];
  const expected = [
    "the model is wrong",
    "No metric was reported for these targets: level",
    'The metric "level" is reported twice: give each its own name',
    'Cannot report the metric "level": it has no values',
    'Invalid name of a metric "two words": expected parts without spaces, put together by "/"',
    'Cannot report the curve "c": expected columns of equal length, found a 1, b 2',
    'Invalid name of a curve "../c": expected letters, digits, ".", "_" and "-" (it becomes a file\'s name)',
    'Cannot give "undeclared" the data set "jsb": it declares rugged',
    "Cannot perform task draw: the model is odd",
    'Invalid name of a task "two words": expected letters, digits, ".", "_", "=" and "-"',
    'Two tasks are named "draw": give each its own name',
  ];
  await run(["--data", "simulated"], [...broken, fake], async ({ code, cwd, terminal }) => {
    assert.equal(code, 1);
    assert.deepEqual(terminal.warned, expected.map((message) => `FAILED: ${message}`));
    const records = await readRecords(`${cwd}/.pyrosaur/simulated`);
    assert.equal(records.length, broken.length + 1);
    broken.forEach(({ name }, i) => {
      const { status, error } = records.find((r) => r.experiment === name)!;
      assert.deepEqual([status, error], ["failed", expected[i]]);
    });
    assert.equal(records.find((r) => r.experiment === "fake")!.status, "ok");
  });
});

Deno.test("reproduce goes on where an experiment cannot even be loaded", async () => {
  await inTemporaryFolder(async (cwd) => {
    const terminal = memoryTerminal(),
      lost = { ...entryOf(fake), name: "lost", load: () => Promise.reject(new Error("no such module")) };
    const code = await reproduce(["--data", "simulated"], { registry: [lost, entryOf(fake)], cwd, terminal });
    assert.equal(code, 1);
    assert.deepEqual(terminal.warned, ["FAILED: lost could not be run: no such module"]);
    assert.match(terminal.printed.at(-1)!, /lost +quick +failed[^]*fake +quick +simulated +ok/);
  });
});

Deno.test("reproduce takes neither the twin in place of an altered file, nor an earlier run's record away", async () => {
  await inTemporaryFolder(async (cwd) => {
    const earlier = await writeRun(
      `${cwd}/results`,
      record({ experiment: "fake" }),
      new Map([["curves/c.csv", "1\n"]]),
    );
    await Deno.writeTextFile(`${cwd}/rugged_data.csv`, "altered");
    const terminal = memoryTerminal();
    assert.equal(await reproduce(["--data", cwd], { registry: [entryOf(fake)], cwd, terminal }), 1);
    assert.match(
      terminal.warned[0],
      /^FAILED: fake could not be run: Cannot use .*rugged_data\.csv: it has sha256 [0-9a-f]{64} \(7 bytes\), expected feaeaf/,
    );
    assert.deepEqual(await readRecords(`${cwd}/results`), [earlier]);
    assert.equal(await Deno.readTextFile(`${cwd}/results/fake/quick/curves/c.csv`), "1\n");
  });
});

Deno.test("reproduce runs profiles that an experiment has, and lists them where it lacks one", async () => {
  const { quick, full } = fake.profiles,
    tuned = failing("tuned_one", { profiles: { quick, full, tuned: quick } });
  const lacks = 'The experiment "fake" has no profile "tuned": it has quick, full';
  await run(["--data", "simulated", "--profile", "tuned"], [fake, tuned], async ({ code, cwd, terminal }) => {
    assert.equal(code, 0, terminal.warned.join("\n"));
    const records = await readRecords(`${cwd}/.pyrosaur/simulated`);
    assert.deepEqual(records.map((r) => [r.experiment, r.profile]), [["tuned_one", "tuned"]]);
    assert.match(await Deno.readTextFile(`${cwd}/.pyrosaur/simulated/README.md`), /### \[`tuned`\]/);
  });
  for (const names of [["fake"], ["tuned_one", "fake"]]) {
    await run([...names, "--profile", "tuned"], [fake, tuned], async ({ code, errors, cwd }) => {
      assert.deepEqual([code, errors], [1, [lacks]]);
      await assert.rejects(Deno.stat(`${cwd}/.pyrosaur`), Deno.errors.NotFound);
    });
  }
  await run(["--profile", "tuned"], [fake], ({ code, errors }) => {
    assert.deepEqual([code, errors], [1, [lacks]]);
    return Promise.resolve();
  });
});

Deno.test("reproduce writes files of any kind beside the others, and refuses names that are paths", async () => {
  const bytes = Uint8Array.of(1, 0, 255);
  const filing = (name: string) =>
    failing("files", {
      targets: {},
      recovery: () => ({}),
      report: (ctx) => {
        ctx.file(name, bytes);
        if (name === "twice") ctx.file(name, bytes);
      },
    });
  await run(["--data", "simulated"], [filing("model.bin")], async ({ code, cwd }) => {
    const out = `${cwd}/.pyrosaur/simulated`, record = await recordAt(`${out}/files/quick.json`);
    assert.equal(code, 0);
    assert.deepEqual(record.artifacts, [{ path: "files/quick/model.bin", sha256: await sha256(bytes) }]);
    assert.deepEqual(await Deno.readFile(`${out}/files/quick/model.bin`), bytes);
  });
  const wrong = [
    ["a/b", 'Invalid name of a file "a/b": expected no "/", as folders are for curves, tables and figures'],
    [
      "two words",
      'Invalid name of a file "two words": expected letters, digits, ".", "_" and "-" (it becomes a file\'s name)',
    ],
    ["twice", 'The file "twice" is reported twice: give each its own name'],
  ];
  for (const [name, message] of wrong) {
    await run(["--data", "simulated"], [filing(name)], ({ terminal }) => {
      assert.deepEqual(terminal.warned, [`FAILED: ${message}`]);
      return Promise.resolve();
    });
  }
});

Deno.test("reproduce takes kept results with --resume, and clears them without", async () => {
  await inTemporaryFolder(async (cwd) => {
    const seen: boolean[] = [];
    const experiment = failing("resumable", {
      targets: {},
      recovery: () => ({}),
      report: (_, [{ resumed }]) => void seen.push(resumed),
    });
    const terminal = memoryTerminal(), options = { registry: [entryOf(experiment)], cwd, terminal };
    const folder = `${cwd}/.pyrosaur/checkpoints/resumable/quick-simulated`;
    const again = async (...args: string[]) => {
      terminal.bars.length = 0;
      assert.equal(await reproduce(["--data", "simulated", ...args], options), 0);
      return terminal.bars.length;
    };
    assert.ok(await again() > 0);
    assert.equal(await again("--resume"), 0, "the result is there");
    await Deno.remove(`${folder}/results`, { recursive: true });
    assert.ok(await again("--resume") > 0);
    assert.ok(await again() > 0);
    assert.deepEqual(seen, [false, false, true, false], "a task has a folder of its own to go on from");
  });
});

Deno.test("reproduce gives a resumed run the time of all its parts, another one its own", async () => {
  await inTemporaryFolder(async (cwd) => {
    const options = { registry: [entryOf(fake)], cwd, terminal: memoryTerminal() };
    const folder = `${cwd}/.pyrosaur/checkpoints/fake/quick-simulated`;
    const secondsOf = async (...args: string[]) => {
      assert.equal(await reproduce(["--data", "simulated", ...args], options), 0);
      return (await readRecords(`${cwd}/.pyrosaur/simulated`))[0].seconds;
    };
    const own = await secondsOf(), resumed = await secondsOf("--resume");
    assert.ok(resumed > own, "a part that had nothing left to do took a moment");
    await Deno.writeTextFile(`${folder}/seconds.json`, "30000.5\n");
    assert.ok(await secondsOf("--resume") >= 30000.5);
    assert.ok(await secondsOf() < 30000);
  });
});

Deno.test("reproduce writes simulated results where --out says, but never into results/", async () => {
  await run(["--data", "simulated", "--out", "elsewhere/"], [fake], async ({ cwd }) => {
    assert.equal((await readRecords(`${cwd}/elsewhere`)).length, 1);
  });
  await run(["--data", "simulated", "--out", "results"], [fake], async ({ cwd }) => {
    assert.equal((await readRecords(`${cwd}/.pyrosaur/simulated`)).length, 1);
    assert.equal((await readRecords(`${cwd}/results`)).length, 0);
  });
});

Deno.test("reproduce says who runs the same into the same folder, and where it cannot write, before it computes", async () => {
  await inTemporaryFolder(async (cwd) => {
    const terminal = memoryTerminal(), options = { registry: [entryOf(fake)], cwd, terminal };
    const refused = async (...args: string[]) => {
      terminal.warned.length = terminal.bars.length = 0;
      assert.notEqual(await reproduce(["--data", "simulated", ...args], options), 0);
      assert.deepEqual(terminal.bars, [], "nothing was computed");
      return terminal.warned.join("\n");
    };
    const out = `${cwd}/out`, claim = await claimRun(out, "fake", "quick");
    const message = await refused("--out", out);
    assert.ok(
      message.startsWith(
        `FAILED: fake could not be run: Cannot run fake (quick) with results in ${out}: process ${Deno.pid} on `,
      ),
      message,
    );
    assert.equal(await reproduce(["--data", "simulated", "--out", `${cwd}/other`], options), 0);
    claim.release();
    assert.equal(await reproduce(["--data", "simulated", "--out", out], options), 0);
    await Deno.writeTextFile(`${cwd}/file`, "mine");
    assert.match(
      await refused("--out", `${cwd}/file`),
      /Cannot run fake \(quick\) with results in .*\/file: /,
    );
    assert.equal(await Deno.readTextFile(`${cwd}/file`), "mine");
    await Deno.mkdir(`${cwd}/taken`);
    await Deno.writeTextFile(`${cwd}/taken/fake`, "mine");
    assert.match(await refused("--out", `${cwd}/taken`), /taken\/fake is a file, expected a folder$/);
  });
});

Deno.test("reproduce keeps its run and shows it where another's record is torn, and fails", async () => {
  await inTemporaryFolder(async (cwd) => {
    const out = `${cwd}/out`, terminal = memoryTerminal();
    await writeRun(out, record(), new Map([["curves/c.csv", "1\n"]]));
    await Deno.writeTextFile(`${out}/tiny/quick/curves/c.csv`, "2\n");
    const options = { registry: [entryOf(fake)], cwd, terminal };
    assert.equal(await reproduce(["--data", "simulated", "--out", out], options), 1);
    assert.match(
      terminal.warned[0],
      /^FAILED: the pages of results are not up to date: Cannot use .*tiny\/quick\.json: its file/,
    );
    assert.match(terminal.printed.at(-1)!, /fake +quick +simulated +ok +1 of 1/);
    assert.equal((await recordAt(`${out}/fake/quick.json`)).status, "ok");
  });
});

Deno.test("runs with results in folders of their own leave each other's checkpoints alone", async () => {
  await inTemporaryFolder(async (cwd) => {
    const terminal = memoryTerminal(), options = { registry: [entryOf(fake)], cwd, terminal };
    const bars = async (...args: string[]) => {
      terminal.bars.length = 0;
      assert.equal(await reproduce(["--data", "simulated", ...args], options), 0);
      return terminal.bars.length;
    };
    for (const out of ["a", "b"]) assert.ok(await bars("--out", out) > 0);
    for (const out of ["a", "b"]) assert.equal(await bars("--out", out, "--resume"), 0, "its own are there");
    assert.ok(await bars("--resume") > 0);
  });
});

Deno.test("reproduce --set changes settings, says so in the record, and keeps out of results/", async () => {
  await run(
    ["--data", "simulated", "--set", "steps=7", "--set", "fake:seeds=1"],
    [fake],
    async ({ code, cwd }) => {
      assert.equal(code, 0);
      const record = await recordAt(`${cwd}/.pyrosaur/simulated/fake/quick.json`);
      assert.deepEqual([record.config, record.set, record.seeds], [{ steps: 7 }, { steps: 7, seeds: 1 }, [
        0,
      ]]);
    },
  );
  const noData = { ...fake, data: [], targets: {}, recovery: () => ({}), report: () => {} };
  await run(["--set", "steps=7"], [noData], async ({ code, cwd }) => {
    assert.equal(code, 0);
    assert.deepEqual((await recordAt(`${cwd}/.pyrosaur/set/fake/quick.json`)).set, { steps: 7 });
    await assert.rejects(Deno.stat(`${cwd}/results`), Deno.errors.NotFound);
  });
  const other = failing("other", { profiles: { quick: { seeds: 1, rate: 1 }, full: { seeds: 1, rate: 1 } } });
  const wrong: [string, string][] = [
    ["rate=2", 'Cannot set rate=2: the experiment "fake" has no setting "rate": it has seeds, steps'],
    ["fale:steps=2", 'Cannot set "fale:..." (did you mean "fake"?): the experiments to run are fake, other'],
  ];
  for (const [text, message] of wrong) {
    await run(["--set", text], [fake, other], ({ code, errors }) => {
      assert.deepEqual([code, errors], [1, [message]]);
      return Promise.resolve();
    });
  }
  await run(["--data", "simulated", "--set", "fake:steps=2"], [fake, other], ({ code }) => {
    assert.equal(code, 0);
    return Promise.resolve();
  });
});

Deno.test("reproduce says by its exit code whether the same call may succeed later", async () => {
  const ends = async (message: string, code: string | undefined) => {
    let found: number | undefined;
    const error = Object.assign(new Error(message), { code });
    const broken = failing("broken", {
      report: () => Promise.reject(new Error("It broke", { cause: error })),
    });
    await run(["--data", "simulated"], [broken], async ({ code, cwd }) => {
      found = code;
      const records = await readRecords(`${cwd}/.pyrosaur/simulated`);
      assert.equal(records.length, code === 75 ? 0 : 1, "what passes leaves no record of a failure");
    });
    return found;
  };
  assert.equal(await ends("No space left", "ENOSPC"), 75);
  assert.equal(await ends("Wrong", "EINVAL"), 1);
  assert.equal(await ends("Wrong", undefined), 1);
  await run(["--data", "real"], [fake], ({ code, terminal }) => {
    assert.match(terminal.warned[0], /Cannot get the data set "rugged"/);
    assert.equal(code, 75);
    return Promise.resolve();
  });
});

Deno.test("reproduce refuses arguments it does not know", async () => {
  const options =
    "--profile, --seed, --engine, --backend, --device, --dtype, --out, --set, --resume, --verbose, --data";
  const cases: [string[], string][] = [
    [["fale"], 'Unknown experiment "fale" (did you mean "fake"?): there are fake'],
    [["zebra"], 'Unknown experiment "zebra": there are fake'],
    [
      ["--profil", "full"],
      `Unknown option --profil (did you mean "--profile"?): deno task reproduce has ${options}`,
    ],
    [["-x"], `Unknown option -x: deno task reproduce has ${options}`],
    [
      ["--profile", "ful"],
      'Invalid value "ful" of --profile (did you mean "full"?): expected one of quick, full, todays, tuned, best',
    ],
    [["--profile"], "The option --profile needs a value: --profile quick|full|todays|tuned|best"],
    [["--seed", "1.5"], 'Invalid value "1.5" of --seed: expected an integer from 0 to 4294967295'],
    [["--seed=-1"], 'Invalid value "-1" of --seed: expected an integer from 0 to 4294967295'],
    [["--resume=yes"], 'The option --resume takes no value, but was given "yes"'],
    [["--out"], "The option --out needs a value: --out DIR"],
    [["--device", "abacus"], 'Invalid value "abacus" of --device: expected one of cpu, cuda, webgpu'],
  ];
  for (const [args, message] of cases) {
    await run(args, [fake], ({ code, errors }) => {
      assert.deepEqual([code, errors], [1, [message]]);
      return Promise.resolve();
    });
  }
});

Deno.test("reproduce --help lists the options", async () => {
  const printed: string[] = [], original = console.log;
  console.log = (line) => void printed.push(line);
  try {
    assert.equal(await reproduce(["--help"], { registry: [entryOf(fake)], terminal: memoryTerminal() }), 0);
  } finally {
    console.log = original;
  }
  assert.match(
    printed[0],
    /^deno task reproduce \[name \.\.\.\] \[options\]\n[^]*--profile quick\|full\|todays\|tuned\|best +minutes on/,
  );
});

Deno.test("updateFrontPage() puts a line for the fullest runs between the marks, and touches no other page", async () => {
  await inTemporaryFolder(async (cwd) => {
    const page = `${cwd}/README.md`, results = `${cwd}/results`;
    const target = { value: 1, tolerance: 0.5, source: "nobody (2001)" };
    await writeRun(results, record({ metrics: [metric({ name: "quick_one", target })] }), new Map());
    await writeRun(
      results,
      record({ profile: "full", metrics: [metric({ name: "full_one", target })] }),
      new Map(),
    );
    await updateFrontPage(page, results);
    await assert.rejects(Deno.stat(page), Deno.errors.NotFound);
    await Deno.writeTextFile(page, "# T\n<!-- results:begin -->\nold\n<!-- results:end -->\nend\n");
    for (let time = 0; time < 2; time++) await updateFrontPage(page, results);
    const text = await Deno.readTextFile(page);
    assert.match(
      text,
      /^# T\n<!-- results:begin -->\n\n## Results\n\n[^]*\[A tiny experiment\]\(results\/README\.md#a-tiny-experiment\) \| full \| full_one \|[^]*\n<!-- results:end -->\nend\n$/,
    );
    assert.ok(!/old|quick_one/.test(text));
    await writeRun(results, record({ profile: "full", status: "failed", error: "It broke" }), new Map());
    await updateFrontPage(page, results);
    assert.match(await Deno.readTextFile(page), /\| quick_one \|/, "a run that failed is not shown");
    await Deno.remove(results, { recursive: true });
    await updateFrontPage(page, results);
    assert.equal(
      await Deno.readTextFile(page),
      "# T\n<!-- results:begin -->\n<!-- results:end -->\nend\n",
    );
  });
});

Deno.test("hashFolder() changes with a file's contents and name, not with the order of listing", async () => {
  await inTemporaryFolder(async (root) => {
    const folder = new URL(`file://${root}/`);
    await Deno.mkdir(`${root}/inner`);
    const hashes: string[] = [];
    for (const [path, text] of [["b.ts", "1"], ["a.ts", "2"], ["inner/c.ts", "3"], ["b.ts", "4"]]) {
      await Deno.writeTextFile(`${root}/${path}`, text);
      hashes.push(await hashFolder(folder));
    }
    assert.equal(new Set(hashes).size, 4);
    await Deno.writeTextFile(`${root}/b.ts`, "1");
    assert.equal(await hashFolder(folder), hashes[2]);
    await Deno.rename(`${root}/b.ts`, `${root}/d.ts`);
    assert.notEqual(await hashFolder(folder), hashes[2]);
  });
});
