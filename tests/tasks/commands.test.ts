import assert from "node:assert/strict";
import { bench, benchmarkNames } from "../../tasks/bench.ts";
import { doctor, examine } from "../../tasks/doctor.ts";
import { golden } from "../../tasks/golden.ts";
import { runProgram } from "../../lib/system/mod.ts";
import { datasets } from "../../lib/data/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

type Command = (args: readonly string[], print: (line: string) => void) => Promise<number>;

/** Exit code, what was printed, and what was complained. */
async function run(
  command: Command,
  ...args: string[]
): Promise<{ code: number; printed: string[]; errors: string[] }> {
  const printed: string[] = [], errors: string[] = [], original = console.error;
  console.error = (line) => void errors.push(line);
  try {
    return { code: await command(args, (line) => void printed.push(line)), printed, errors };
  } finally {
    console.error = original;
  }
}

Deno.test("commands refuse arguments they do not know", async () => {
  const names = (await benchmarkNames()).join(", ");
  await inTemporaryFolder(async (empty) => {
    const cases: [Command, string[], string][] = [
      [bench, [], `Name a benchmark: there are ${names}`],
      [bench, ["randm"], `Unknown benchmark "randm" (did you mean "random"?): there are ${names}`],
      [
        bench,
        ["random", "rugged"],
        "Too many arguments: found 2 (random, rugged), expected at most 1: deno task bench NAME",
      ],
      [
        bench,
        ["random", "--peer"],
        'Unknown option --peer (did you mean "--peers"?): deno task bench has --peers, --json, --before',
      ],
      [
        bench,
        ["random", "--before", empty],
        "--before is for benchmarks that take turns with another build: random does not",
      ],
      [golden, ["--all"], "Unknown option --all: deno task golden has no options"],
      [golden, [empty], `Cannot check ${empty}: there is no .json file in it`],
      [
        golden,
        [`${empty}/none`],
        `Cannot read the folder ${empty}/none: it does not exist or is not readable. Name a folder of reference values`,
      ],
      [doctor, ["--jsno"], 'Unknown option --jsno (did you mean "--json"?): deno task doctor has --json'],
    ];
    for (const [command, args, message] of cases) {
      const { code, errors } = await run(command, ...args);
      assert.deepEqual([code, errors], [1, [message]]);
    }
  });
});

Deno.test("every task that is a program of the project shows its page with --help", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const programs = Object.entries<string>(tasks).filter(([, line]) => / tasks\/\w+\.ts$/.test(line));
  assert.ok(programs.length >= 10);
  await Promise.all(programs.map(async ([name, line]) => {
    const script = new URL(`../../${line.split(" ").at(-1)}`, import.meta.url).href;
    const { ok, out, err } = await runProgram(Deno.execPath(), [
      "run",
      "--no-check",
      "--allow-all",
      script,
      "--help",
    ]);
    assert.ok(ok, err);
    assert.ok(out.startsWith(`deno task ${name} `) && /\n\nOptions:\n/.test(out), out);
  }));
});

Deno.test("golden prints a line a file, and exits with 1 beyond the tolerance", async () => {
  await inTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/tides.json`, "{}");
    const right = { fn: "erf", x: [0.5], y: [0.5204998778130465] },
      unknown = { fn: "zeta", x: [2], y: [1.6449340668482264] };
    await Deno.writeTextFile(
      `${folder}/special.json`,
      JSON.stringify({ origin: "SciPy", cases: [right, unknown] }),
    );
    const good = await run(golden, folder);
    assert.deepEqual([good.code, good.errors], [0, []]);
    assert.match(
      good.printed[0],
      /^special\.json +1 passed +0 failed +float32 \S+ +float64 \S+ +not yet supported: zeta$/,
    );
    assert.match(
      good.printed[1],
      /^tides\.json +0 passed +0 failed +float32 - +float64 - +there is no reader for this file$/,
    );
    await Deno.writeTextFile(
      `${folder}/special.json`,
      JSON.stringify({ origin: "a slip", cases: [{ ...right, y: [0.52] }] }),
    );
    const bad = await run(golden, folder);
    assert.equal(bad.code, 1);
    assert.match(
      bad.errors[0],
      /^\nBeyond the tolerance \(float32 0\.00001, float64 1e-9\):\n {2}special\.json: erf \(float32 /,
    );
  });
});

Deno.test("doctor says of engines, backends, git, Python, kernel and data whether and why they can be used", async () => {
  const findings = await examine(), subjects = findings.map((f) => f.subject);
  for (
    const subject of [
      "deno",
      "machine",
      "engine onnx",
      "onnx providers",
      "tfjs tensorflow",
      "tfjs webgpu",
      "tfjs wasm",
      "tfjs cpu",
      "git",
      "python",
      "notebook kernel",
      ...Object.keys(datasets).map((name) => `data ${name}`),
    ]
  ) assert.ok(subjects.includes(subject), `${subject} is not in ${subjects.join(", ")}`);
  for (const { subject, finding } of findings) {
    assert.ok(finding.length > 3 && !finding.includes("\n"), `${subject}: ${finding}`);
  }
  assert.ok(findings.find((f) => f.subject === "tfjs cpu")!.ok);
});
