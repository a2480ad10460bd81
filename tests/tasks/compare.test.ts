import assert from "node:assert/strict";
import { compare } from "../../tasks/compare.ts";
import { describeCode } from "../../tasks/runner/code.ts";
import { type Metric, writeRun } from "../../lib/results/mod.ts";
import { metric, record } from "../results/records.ts";
import { inTemporaryFolder } from "../temporary.ts";

async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = [
    "-c",
    "user.name=T",
    "-c",
    "user.email=t@example.org",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "init.defaultBranch=main",
  ];
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: [...identity, ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
  })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

const loss = (
  value: number,
): Metric[] => [metric({ name: "loss", value, se: 0.1, direction: "lower" }), metric({ name: "same" })];

/**
 * A repository with three commits: no results, a loss of 2, a loss of 1; and a loss of 3 in the
 * work tree.
 */
async function inRepository(body: (cwd: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (cwd) => {
    const write = (value: number) =>
      writeRun(`${cwd}/results`, record({ metrics: loss(value) }), new Map([["curves/c.csv", `${value}\n`]]));
    const commit = async (
      text: string,
    ) => (await git(cwd, "add", "."), await git(cwd, "commit", "-q", "-m", text));
    await git(cwd, "init", "-q");
    await Deno.writeTextFile(`${cwd}/code.ts`, "");
    await commit("none");
    await write(2);
    await commit("two");
    await write(1);
    await commit("one");
    await write(3);
    await body(cwd);
  });
}

/** Exit code, what was printed, and what was complained. */
async function run(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; text: string; errors: string[] }> {
  const printed: string[] = [], errors: string[] = [], original = console.error;
  console.error = (line) => void errors.push(line);
  try {
    const code = await compare(args, { cwd, print: (line) => void printed.push(line) });
    return { code, text: printed.join("\n"), errors };
  } finally {
    console.error = original;
  }
}

const verdicts = (text: string): string[] =>
  JSON.parse(text).rows.map((r: any) => `${r.metric} ${r.before} ${r.after} ${r.verdict}`);

Deno.test("compare reads two revisions, or one and the work tree, or HEAD and the work tree", async () => {
  await inRepository(async (cwd) => {
    const two = await run(cwd, "HEAD~1", "HEAD", "--json", "--all");
    assert.deepEqual([two.code, two.errors], [0, []]);
    assert.deepEqual(verdicts(two.text), ["loss 2 1 better", "same 1 1 within noise"]);
    assert.deepEqual(verdicts((await run(cwd, "HEAD~1", "--json", "--all")).text), [
      "loss 2 3 worse",
      "same 1 1 within noise",
    ]);
    assert.deepEqual(verdicts((await run(cwd, "--json")).text), ["loss 1 3 worse"]);
    assert.deepEqual(verdicts((await run(cwd, "HEAD~2", "HEAD", "--json")).text), [
      "(run) null null not comparable",
    ]);
    assert.match(
      (await run(cwd, "HEAD~1", "HEAD")).text,
      /^HEAD~1 against HEAD\n[^]*1 better, 1 within noise$/,
    );
  });
});

Deno.test("compare shows any number of revisions, each against the first", async () => {
  await inRepository(async (cwd) => {
    const { code, text } = await run(cwd, "HEAD~1", "HEAD", "HEAD~2", "--fail-on-regression");
    assert.match(text, /^HEAD~1 against HEAD, HEAD~2\n[^]*tiny +quick +loss +2 +1 +better/);
    assert.equal(code, 0);
    await git(cwd, "commit", "-q", "-a", "-m", "three");
    const worse = await run(cwd, "HEAD~1", "HEAD~2", "HEAD", "--fail-on-regression");
    assert.equal(worse.code, 1);
    assert.match(worse.text, /2 regressions: 2 metrics tested, false alarms 5% over all \(Holm\)/);
  });
});

Deno.test("compare --over holds folders of many records against each other, the seeds of a cell merged and paired", async () => {
  await inTemporaryFolder(async (cwd) => {
    const write = async (folder: string, shift: number, seeds: number[]) => {
      for (const steps of [10, 20]) {
        for (const seed of seeds) {
          const value = seed + steps + shift * (steps === 20 ? 1 + 0.01 * seed : 0);
          const given = { config: { steps }, set: { steps, seeds: 1 }, seeds: [seed] };
          const one = record({ ...given, metrics: [metric({ name: "loss", value, direction: "lower" })] });
          await writeRun(`${cwd}/${folder}/${steps}-${seed}`, one, new Map());
        }
      }
    };
    await write("old", 0, [0, 1, 2]);
    await write("new", 0.1, [0, 1, 2]);
    const found = await run(
      cwd,
      "--over",
      "old",
      "--over",
      "new/",
      "--json",
      "--fail-on-regression",
      "--all",
    );
    assert.deepEqual([found.errors, found.code], [[], 1]);
    const { rows, before, after } = JSON.parse(found.text);
    assert.deepEqual([before, after], ["old", "new"]);
    assert.deepEqual(rows.map((r: any) => [r.profile, r.before, r.pairs, r.verdict]), [
      ["quick steps=10", 11, 3, "within noise"],
      ["quick steps=20", 21, 3, "worse"],
    ]);
    await write("new/again", 0, [2]);
    assert.match(
      (await run(cwd, "--over", "old", "--over", "new")).errors[0],
      /^Cannot merge 10-2\/tiny\/quick\.json and again\/10-2\/tiny\/quick\.json: both are of seed 2 of the same settings/,
    );
  });
});

Deno.test("compare refuses a folder of results that is named and has none", async () => {
  await inRepository(async (cwd) => {
    const { code, errors } = await run(cwd, "--results", "resluts", "--fail-on-regression");
    assert.equal(code, 1);
    assert.deepEqual(errors, ["Cannot compare: found no results in resluts, expected some on either side"]);
  });
});

Deno.test("compare works from a folder within the repository, and with another folder of results", async () => {
  await inRepository(async (cwd) => {
    await Deno.mkdir(`${cwd}/sub`);
    await Deno.rename(`${cwd}/results`, `${cwd}/sub/numbers`);
    await git(cwd, "add", ".");
    await git(cwd, "commit", "-q", "-m", "moved");
    assert.deepEqual(
      verdicts((await run(`${cwd}/sub`, "HEAD", "--results", "numbers/", "--json", "--all")).text),
      [
        "loss 3 3 within noise",
        "same 1 1 within noise",
      ],
    );
  });
});

Deno.test("compare --fail-on-regression exits with 1 on a worse metric, whatever is shown", async () => {
  await inRepository(async (cwd) => {
    assert.equal((await run(cwd, "--fail-on-regression")).code, 1);
    const better = await run(cwd, "HEAD~1", "HEAD", "--fail-on-regression", "--md");
    assert.equal(better.code, 0);
    assert.ok(better.text.includes("| loss |") && !better.text.includes("| same |"));
  });
});

Deno.test("compare says what is wrong with a revision, a folder, a record or an option", async () => {
  await inRepository(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/results/tiny/quick.json`, "{}");
    const again = "Run the experiment again to replace it";
    const cases: [string[], string][] = [
      [["HAED"], 'Unknown revision "HAED": git knows no commit, branch or tag of that name'],
      [["HEAD", "v9"], 'Unknown revision "v9": git knows no commit, branch or tag of that name'],
      [
        ["HEAD"],
        `Cannot use ${cwd}/results/tiny/quick.json: it does not fit the schema of records. The record must have required ` +
        `property 'schema'. ${again}`,
      ],
      [["HEAD", "HEAD", "v9"], 'Unknown revision "v9": git knows no commit, branch or tag of that name'],
      [
        ["HEAD~1..HEAD"],
        'Unknown revision "HEAD~1..HEAD": git knows no commit, branch or tag of that name; give the revisions of a range ' +
        "one by one: HEAD~1 HEAD",
      ],
      [
        ["results"],
        'Unknown revision "results": git knows no commit, branch or tag of that name; a folder of records is given by ' +
        "--over results",
      ],
      [["--false-alarms", "5%"], 'Invalid value "5%" of --false-alarms: expected a number between 0 and 1'],
      [["--over", "results"], "Give --over twice or more: the first folder and those to hold against it"],
      [["HEAD", "--over", "a", "--over", "b"], "Give revisions or --over, not both"],
      [["--json", "--md"], "Give one of --json and --md, not both"],
      [
        ["--jsn"],
        'Unknown option --jsn (did you mean "--json"?): deno task compare has --over, --json, --md, --html, ' +
        "--all, --fail-on-regression, --strict, --false-alarms, --results",
      ],
    ];
    for (const [args, message] of cases) {
      const { code, errors } = await run(cwd, ...args);
      assert.deepEqual([code, errors], [1, [message]]);
    }
    await git(cwd, "commit", "-q", "-a", "-m", "corrupt");
    const { errors } = await run(cwd, "HEAD~1", "HEAD");
    assert.match(errors[0], /^Cannot use HEAD:results\/tiny\/quick\.json: it does not fit the schema/);
  });
});

Deno.test("compare says that a folder is in no repository", async () => {
  await inTemporaryFolder(async (cwd) => {
    const { code, errors } = await run(cwd);
    assert.equal(code, 1);
    assert.match(
      errors[0],
      /^Cannot look up the revision "HEAD": .* is not in a git repository \(fatal: not a git repository/,
    );
  });
});

Deno.test("describeCode() knows commit and branch, and calls only a change of code dirty", async () => {
  await inRepository(async (cwd) => {
    const folder = new URL("./sources/", import.meta.url), head = await git(cwd, "rev-parse", "HEAD");
    await Deno.writeTextFile(`${cwd}/README.md`, "text");
    const clean = await describeCode(folder, cwd);
    assert.deepEqual([clean.commit, clean.branch, clean.dirty], [head, "main", false]);
    await Deno.writeTextFile(`${cwd}/code.ts`, "changed");
    assert.equal((await describeCode(folder, cwd)).dirty, true);
    await git(cwd, "checkout", "-q", "--detach");
    assert.equal((await describeCode(folder, cwd)).branch, null);
  });
});
