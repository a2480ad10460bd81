import assert from "node:assert/strict";
import { sha256, takeLock } from "../../lib/system/mod.ts";
import {
  claimRun,
  formatRecord,
  parseRecord,
  readRecord,
  readRecords,
  type RunRecord,
  storedResult,
  writeIndex,
  writeRun,
} from "../../lib/results/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { metric, record } from "./records.ts";
import { stopwatch } from "../stopwatch.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** The files of run number `i`: as many as it takes to be met in the middle. */
const filesOf = (i: number, count = 12) =>
  new Map(
    Array.from(
      { length: count },
      (_, k) => [`figures/f${k}.svg`, `<svg>${i} ${k}</svg>`.repeat(500)] as const,
    ),
  );

const run = (i: number, change: Partial<RunRecord> = {}) =>
  record({ metrics: [metric({ value: i })], ...change });

/** Reads a run as anyone might, without the library: its number, when all hashes are right. */
async function wholeRun(out: string, profile = "quick"): Promise<number> {
  const { artifacts, metrics } = JSON.parse(await Deno.readTextFile(`${out}/tiny/${profile}.json`));
  for (const { path, sha256: expected } of artifacts) {
    assert.equal(await sha256(await Deno.readFile(`${out}/${path}`)), expected, path);
  }
  assert.equal(names(`${out}/tiny/${profile}/figures`).length, artifacts.length, "no other file");
  return metrics[0].value;
}

/** A process that writes one run after another until it is killed. */
function writer(out: string, profile: string): Deno.ChildProcess {
  const script = `import { writeRun } from "${import.meta.resolve("../../lib/results/mod.ts")}";
    import { metric, record } from "${import.meta.resolve("./records.ts")}";
    for (let i = 1;; i++) {
      const files = Array.from({ length: 12 }, (_, k) => ["figures/f" + k + ".svg", ("<svg>" + i + " " + k + "</svg>").repeat(500)]);
      await writeRun(${
    JSON.stringify(out)
  }, record({ profile: "${profile}", metrics: [metric({ value: i })] }), new Map(files));
      if (i === 1) console.log("begun");
    }`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      "--config",
      config,
      `data:text/typescript,${encodeURIComponent(script)}`,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("writeRun() killed at any moment leaves one whole run, and the next one cleans up", async () => {
  await inTemporaryFolder(async (out) => {
    await writeRun(out, run(0), filesOf(0));
    await writeRun(out, run(-1, { profile: "full" }), filesOf(-1));
    for (let kill = 0; kill < 6; kill++) {
      const child = writer(out, "quick"), reader = child.stdout.getReader();
      await reader.read();
      await new Promise((resolve) => setTimeout(resolve, 40 * Math.random()));
      child.kill("SIGKILL");
      const [{ signal }] = await Promise.all([child.status, reader.cancel(), child.stderr.cancel()]);
      assert.equal(signal, "SIGKILL");
      assert.ok(await wholeRun(out) >= 1);
      assert.equal(await wholeRun(out, "full"), -1, "another profile stays");
      assert.equal((await readRecords(out)).length, 2);
    }
    await writeRun(out, run(9), filesOf(9));
    assert.deepEqual([await wholeRun(out), names(out)], [9, ["tiny"]]);
  });
});

Deno.test("processes that write into one folder at once leave whole runs, which can be read meanwhile", async () => {
  await inTemporaryFolder(async (out) => {
    const children = ["quick", "quick", "full"].map((profile) => writer(out, profile));
    const readers = children.map((child) => child.stdout.getReader());
    for (const reader of readers) await reader.read();
    for (let time = 0; time < 40; time++) {
      for (const { artifacts, metrics: [{ value }] } of await readRecords(out)) {
        assert.ok(artifacts.length === 12 && value! >= 1);
      }
    }
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(
      children.flatMap((child, i) => [child.status, readers[i].cancel(), child.stderr.cancel()]),
    );
    assert.ok(await wholeRun(out) >= 1 && await wholeRun(out, "full") >= 1);
  });
});

Deno.test("runs written at once in one process wait for each other", async () => {
  await inTemporaryFolder(async (out) => {
    const profiles = ["quick", "full", "tuned"] as const;
    await Promise.all(
      Array.from(
        { length: 9 },
        (_, i) => writeRun(out, run(i, { profile: profiles[i % 3] }), filesOf(i, 1 + i)),
      ),
    );
    for (const profile of profiles) assert.ok(await wholeRun(out, profile) >= 0);
    await Promise.all([writeIndex(out), writeIndex(out)]);
    assert.deepEqual(names(out), ["README.md", "schema.json", "tiny"]);
  });
});

Deno.test("writeRun() keeps what others have put beside, follows a link, and passes over leavings", async () => {
  await inTemporaryFolder(async (root) => {
    const out = `${root}/out`;
    await Deno.mkdir(`${root}/elsewhere/notes`, { recursive: true });
    await Deno.writeTextFile(`${root}/elsewhere/notes/mine.txt`, "mine");
    await Deno.mkdir(out);
    await Deno.symlink(`${root}/elsewhere`, `${out}/tiny`);
    await Deno.mkdir(`${root}/.elsewhere.12345678.unfinished/quick`, { recursive: true });
    for (const i of [1, 2]) {
      await writeRun(out, run(i), filesOf(i));
      assert.equal(await wholeRun(out), i);
    }
    assert.ok((await Deno.lstat(`${out}/tiny`)).isSymlink);
    assert.equal(await Deno.readTextFile(`${root}/elsewhere/notes/mine.txt`), "mine");
    assert.deepEqual(names(root), ["elsewhere", "out"]);
  });
});

Deno.test("writeRun() that cannot write a file names it, and leaves the run before as it was", async () => {
  await inTemporaryFolder(async (out) => {
    await writeRun(out, run(1), filesOf(1));
    const files = new Map([["a", "file"], ["a/b", "below it"]]);
    await assert.rejects(
      writeRun(out, run(2), files),
      /^Error: Cannot write results of tiny\/quick to .*: Cannot write .*\/quick\/a\/b: /,
    );
    assert.deepEqual([await wholeRun(out), names(out)], [1, ["tiny"]]);
    for (const name of ["../../away", "a/../../b", "", "a//b", "./a", "a\\..\\b"]) {
      await assert.rejects(
        writeRun(out, run(2), new Map([[name, ""]])),
        /its file ".*" does not lie in tiny\/quick\//,
      );
    }
    assert.deepEqual([await wholeRun(out), names(out)], [1, ["tiny"]]);
  });
});

Deno.test("a record is refused in another's place, with a metric or a file twice, and with files not its own", async () => {
  await inTemporaryFolder(async (out) => {
    await writeRun(out, run(1), filesOf(1, 2));
    const path = `${out}/tiny/quick.json`,
      text = await Deno.readTextFile(path),
      again = "Run the experiment again";
    const change = async (edit: (r: any) => void) => {
      const copy = JSON.parse(text);
      edit(copy);
      await Deno.writeTextFile(path, JSON.stringify(copy));
    };
    const other = { path: "tiny/quick/other", sha256: "0".repeat(64) };
    const cases: [(r: any) => void, string][] = [
      [
        (r) => (r.experiment = "dmm", r.artifacts = []),
        "it lies in the place of tiny/quick, but is of dmm/quick",
      ],
      [
        (r) => (r.profile = "full", r.artifacts = []),
        "it lies in the place of tiny/quick, but is of tiny/full",
      ],
      [(r) => r.metrics.push({ ...r.metrics[0], value: 123 }), 'it has the metric "loss" twice'],
      [(r) => r.artifacts.push(r.artifacts[0]), "it has the file tiny/quick/figures/f0.svg twice"],
      [
        (r) => r.artifacts[0].path = "tiny/quick/../../../x",
        'its file "tiny/quick/../../../x" does not lie in tiny/quick/',
      ],
      [(r) => r.artifacts[0].path = "/etc/passwd", 'its file "/etc/passwd" does not lie in tiny/quick/'],
      [(r) => r.artifacts.push(other), "its file tiny/quick/other is not there"],
      [(r) => r.artifacts[1].sha256 = "0".repeat(64), "its file tiny/quick/figures/f1.svg has sha256 "],
    ];
    for (const [edit, reason] of cases) {
      await change(edit);
      for (
        const read of [() => readRecords(out), () => writeIndex(out), () => readRecord(out, "tiny", "quick")]
      ) {
        await assert.rejects(read, (error: Error) => {
          assert.ok(error.message.startsWith(`Cannot use ${path}: ${reason}`), error.message);
          return error.message.includes(again);
        });
      }
    }
    await assert.rejects(storedResult("tiny", out), /Cannot use/);
    await Deno.writeTextFile(path, text);
    await Deno.writeTextFile(`${out}/tiny/quick/figures/f0.svg`, "torn");
    await assert.rejects(readRecords(out), /its file tiny\/quick\/figures\/f0\.svg has sha256 /);
  });
});

Deno.test("a record is bounded in depth and length, by reader and writer, with the line told", async () => {
  const nested = (depth: number, open: string, close: string) =>
    JSON.parse(open.repeat(depth) + "1" + close.repeat(depth));
  const text = JSON.stringify(record(), null, 1).replace(
    '"steps": 10',
    `"steps": ${"[".repeat(5000)}${"]".repeat(5000)}`,
  );
  assert.throws(() => parseRecord(text, "r.json"), {
    message:
      /^Cannot use r\.json: line \d+, column \d+: found more than 100 brackets within each other\. Run the experiment again/,
  });
  await inTemporaryFolder(async (out) => {
    for (const depth of [99, 5000, 50_000]) {
      const deep = record({
        config: { a: depth > 10_000 ? nestedList(depth) : nested(depth, '{"a":', "}") },
      });
      await assert.rejects(
        writeRun(out, deep, new Map()),
        /^Error: Cannot (use the record of tiny\/quick: line|write the data)/,
      );
    }
    assert.deepEqual(names(out), []);
  });
  const many = record({
    metrics: Array.from({ length: 50_000 }, (_, i) => metric({ name: `m${i}/${"x".repeat(80)}` })),
  });
  const long = formatRecord(many), seconds = stopwatch();
  assert.ok(long.length > 8e6);
  assert.equal(parseRecord(long, "r.json").metrics.length, 50_000);
  const took = seconds();
  assert.ok(took < 1.5, `${took} s`);
  assert.throws(
    () => parseRecord(" ".repeat(65 * 2 ** 20), "r.json"),
    /has \d+ characters, expected at most/,
  );
});

function nestedList(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

Deno.test("numbers of a configuration that JSON lacks come back, and make other settings", async () => {
  await inTemporaryFolder(async (out) => {
    for (const clip of [Infinity, -Infinity, NaN, null, 0, "Infinity"]) {
      const written = await writeRun(out, record({ config: { clip, inner: [clip] } }), new Map());
      assert.deepEqual(written.config, { clip, inner: [clip] });
      assert.deepEqual((await readRecords(out))[0], written);
    }
  });
});

Deno.test("claimRun() gives a place to one at a time, each profile its own, before anything is there", async () => {
  await inTemporaryFolder(async (root) => {
    const out = `${root}/new/results`, claim = await claimRun(out, "tiny", "quick");
    await assert.rejects(
      claimRun(out, "tiny", "quick"),
      new RegExp(
        `^Error: Cannot run tiny \\(quick\\) with results in ${out}: process ${Deno.pid} on .+ since .+ holds ` +
          `${out}/\\.tiny-quick\\.lock; wait until it is done, or give another folder$`,
      ),
    );
    (await claimRun(out, "tiny", "full")).release();
    await writeRun(out, run(1), filesOf(1));
    claim.release();
    (await claimRun(out, "tiny", "quick")).release();
    assert.deepEqual(names(out), ["tiny"]);
    using _writing = await takeLock(`${out}/.tiny.lock`, "write");
    (await claimRun(out, "tiny", "quick")).release();
  });
});

Deno.test("claimRun() refuses a place that results cannot be written to", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.writeTextFile(`${root}/file`, "");
    await assert.rejects(
      claimRun(`${root}/file`, "tiny", "quick"),
      /^Error: Cannot run tiny \(quick\) with results in .*\/file: .* cannot be written \(/,
    );
    const refused =
      /^Error: Cannot run tiny \(quick\) with results in .*: .*\/tiny(\/quick(\.json)?)? is a (file|folder), expected a (folder|file)$/;
    await Deno.mkdir(`${root}/a`);
    await Deno.writeTextFile(`${root}/a/tiny`, "");
    await Deno.mkdir(`${root}/b/tiny`, { recursive: true });
    await Deno.writeTextFile(`${root}/b/tiny/quick`, "");
    await Deno.mkdir(`${root}/c/tiny/quick.json`, { recursive: true });
    for (const out of ["a", "b", "c"]) {
      await assert.rejects(claimRun(`${root}/${out}`, "tiny", "quick"), refused);
      assert.ok(!names(`${root}/${out}`).some((name) => name.endsWith(".lock")));
    }
  });
});
