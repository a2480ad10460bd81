import assert from "node:assert/strict";
import { engineCommand } from "../../tasks/engine.ts";
import { candidates, downloadArguments } from "../../tasks/engine/installer.ts";
import { onnxCuda, recipes } from "../../tasks/engine/packages.ts";
import type { ProvisionOptions } from "../../tasks/engine/finish.ts";
import { isWhole, megabytes } from "../../tasks/engine/place.ts";
import { clearLeftovers, Staging } from "../../tasks/engine/staging.ts";
import { unzip, zipEntries } from "../../tasks/engine/zip.ts";
import { RELEASES } from "../../lib/tensorflow/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../temporary.ts";
import { contents, pip, tinyRecipe, zipOf } from "./engine_wheel.ts";
import { memoryTerminal } from "./fake.ts";

interface Attempt extends ProvisionOptions {
  readonly terminal: ReturnType<typeof memoryTerminal>;
  readonly place: string;
}

/** Runs `body` with what an attempt needs: a wheel, a pip that brings it, and an engine that runs. */
const attempt = (body: (options: Attempt, folder: string) => Promise<void>): Promise<void> =>
  inTemporaryFolder(async (folder) => {
    const { recipe, wheel } = await tinyRecipe(folder);
    await body({
      terminal: memoryTerminal(),
      signal: new AbortController().signal,
      place: `${folder}/engines/tiny`,
      recipe,
      installers: [pip("copy", wheel)],
      smoke: () => Promise.resolve("tiny 1.0 cpu"),
    }, folder);
  });

const list = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** Runs the command; what it says on standard error is returned. */
async function run(
  args: string[],
  options: Partial<ProvisionOptions>,
): Promise<{ code: number; error: string }> {
  const lines: string[] = [], before = console.error;
  console.error = (line) => lines.push(String(line));
  try {
    return { code: await engineCommand(args, options), error: lines.join("\n") };
  } finally {
    console.error = before;
  }
}

Deno.test("engine fetches, unpacks what is kept, tries it and says how much it is beforehand", () =>
  attempt(async (options, folder) => {
    const { terminal, place } = options;
    let tried = "";
    const smoke = (at: string) => {
      tried = Deno.readTextFileSync(`${at}/libtensorflow_cc.so.2`);
      return Promise.resolve("tiny 1.0 cpu");
    };
    assert.equal((await run(["tensorflow"], { ...options, smoke })).code, 0);
    assert.equal(tried, contents["tensorflow/libtensorflow_cc.so.2"]);
    assert.deepEqual(list(place), ["engine.json", "libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]);
    assert.deepEqual(list(`${folder}/engines`), ["tiny"]);
    assert.match(
      terminal.printed[0],
      /^TensorFlow 1\.0 for cpu: \d+ MB to download, 0 MB to keep in .*engines\/tiny$/,
    );
    assert.equal(terminal.printed.at(-1), `tiny 1.0 cpu is ready in ${place}`);
    assert.ok(terminal.bars.includes("Fetching tiny 1.0, MB ended"));
    const manifest = JSON.parse(Deno.readTextFileSync(`${place}/engine.json`));
    assert.equal(manifest.files[0].path, "libtensorflow_cc.so.2");
    assert.equal(manifest.source, "tiny 1.0");
    assert.ok(isWhole(place, terminal));
  }));

Deno.test("engine leaves an engine that is there and whole, and replaces a damaged one", () =>
  attempt(async (options) => {
    const { terminal, place } = options, file = `${place}/libtensorflow_cc.so.2`;
    await run(["tensorflow"], options);
    const { mtime } = Deno.statSync(file);
    await run(["tensorflow"], options);
    assert.equal(terminal.printed.at(-1), `TensorFlow is already in ${place}`);
    assert.deepEqual(Deno.statSync(file).mtime, mtime);
    Deno.writeTextFileSync(file, "damaged");
    await run(["tensorflow"], options);
    assert.match(
      terminal.warned[0],
      /^What is there is replaced\. Damaged file .* it has 7 bytes, expected 2500;/,
    );
    assert.equal(Deno.readTextFileSync(file), contents["tensorflow/libtensorflow_cc.so.2"]);
  }));

const STILL =
  "\nNothing was changed. Without it the engines onnx and js run compiled functions, and wasm or cpu eager operations.";
const failures: [name: string, change: (options: Attempt) => Partial<ProvisionOptions>, message: RegExp][] = [
  [
    "no pip and no uv is there",
    () => ({
      installers: [{ name: "pip", command: ["no-such-pip"] }, {
        name: "uv",
        command: [Deno.execPath(), "eval", "console.error('no Python\\n  cause: no network'); Deno.exit(2)"],
      }],
    }),
    /: there is no pip and no uv that could fetch it \(no-such-pip: not found; .*: no Python\): install one of them, or take the/,
  ],
  [
    "pip fails",
    () => ({ installers: [pip("fail")] }),
    /: pip did not fetch tiny 1\.0: WARNING: retrying ERROR: No matching distribution found for tiny==1\.0/,
  ],
  ["pip brings nothing", () => ({ installers: [pip("nothing")] }), /: pip fetched no wheel of tiny 1\.0/],
  [
    "another wheel than the pinned one comes",
    ({ recipe }) => ({ recipe: { ...recipe!, wheels: [{ ...recipe!.wheels[0], sha256: "0".repeat(64) }] } }),
    /: pip fetched another tiny than the pinned one\. Wrong or damaged file .* expected 0{64};/,
  ],
  [
    "the wheel has none of the files",
    ({ recipe }) => ({ recipe: { ...recipe!, wheels: [{ ...recipe!.wheels[0], keep: /nothing/ }] } }),
    /: the wheel of tiny 1\.0 has none of the files expected/,
  ],
  [
    "there is too little room",
    ({ recipe }) => ({ recipe: { ...recipe!, kept: 1e18 } }),
    /: there is too little room in .*engines: 1000000000\.00 GB are needed, .* free/,
  ],
  [
    "it does not run here",
    () => ({
      smoke: () => Promise.reject(new Error("it does not run on this machine (ended by SIGILL): error")),
    }),
    /: it does not run on this machine \(ended by SIGILL\): error/,
  ],
];
for (const [name, change, message] of failures) {
  Deno.test(`engine says so where ${name}, and leaves nothing behind`, () =>
    attempt(async (options, folder) => {
      const { code, error } = await run(["tensorflow"], { ...options, ...change(options) });
      assert.equal(code, 1);
      assert.match(error, /^Cannot provision TensorFlow: /);
      assert.match(error, message);
      assert.ok(error.endsWith(STILL), error);
      assert.deepEqual(list(folder).includes("engines") ? list(`${folder}/engines`) : [], []);
    }));
}

Deno.test("engine keeps what was there where a new attempt fails", () =>
  attempt(async (options) => {
    await run(["tensorflow"], options);
    Deno.writeTextFileSync(`${options.place}/libtensorflow_framework.so.2`, "damaged");
    await run(["tensorflow"], { ...options, installers: [pip("fail")] });
    assert.ok(list(options.place).includes("libtensorflow_cc.so.2"));
  }));

Deno.test({
  name: "engine interrupted by Ctrl-C stops pip, leaves nothing behind and exits with 130",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inTemporaryFolder(async (folder) => {
      const child = start(folder);
      await until(() => hasHalf(folder));
      child.kill("SIGINT");
      const { code, stderr } = await child.output();
      assert.equal(new TextDecoder().decode(stderr).trim(), "Interrupted: nothing was left behind");
      assert.equal(code, 130);
      assert.deepEqual(list(`${folder}/engines`), []);
    }),
});

Deno.test({
  name: "engine killed leaves a folder, which the next attempt clears away",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inTemporaryFolder(async (folder) => {
      const child = start(folder), engines = `${folder}/engines`;
      await until(() => hasHalf(folder));
      assert.equal(await clearLeftovers(engines), 0);
      child.kill("SIGKILL");
      await child.output();
      assert.equal(list(engines).length, 1);
      assert.equal(await clearLeftovers(engines), 1);
      assert.deepEqual(list(engines), []);
    }),
});

const start = (folder: string): Deno.ChildProcess =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./engine_process.ts", import.meta.url).pathname, folder],
    stdout: "null",
    stderr: "piped",
  }).spawn();

/** Whether pip has begun. */
function hasHalf(folder: string): boolean {
  try {
    const [staging] = list(`${folder}/engines`);
    return Deno.statSync(`${folder}/engines/${staging}/wheel/tmp/half`).isFile;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 50) {
    assert.ok(waited < 20_000, "it did not begin");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test("Staging puts what was built in the place of what was there, or takes it away", () =>
  inTemporaryFolder(async (folder) => {
    const place = `${folder}/engines/x`;
    for (const text of ["first", "second"]) {
      await using staging = await Staging.open(place);
      await Deno.writeTextFile(`${staging.folder}/file`, text);
      await staging.finish(place);
      assert.equal(await Deno.readTextFile(`${place}/file`), text);
    }
    {
      await using staging = await Staging.open(place);
      await Deno.writeTextFile(`${staging.folder}/file`, "never");
    }
    assert.equal(await Deno.readTextFile(`${place}/file`), "second");
    assert.deepEqual(list(`${folder}/engines`), ["x"]);
    assert.deepEqual(list(place), ["file"]);
  }));

Deno.test("engine --remove removes every version for a device from the cache, and says so where none is there", () =>
  inTemporaryFolder((folder) =>
    withEnvironment({ XDG_CACHE_HOME: folder }, async () => {
      const engines = `${folder}/pyrosaur/engines`, terminal = memoryTerminal();
      for (
        const name of ["tensorflow-2.18.1-cpu", "tensorflow-2.21.0-cpu", "tensorflow-2.21.0-gpu", ".x.tmp"]
      ) {
        await Deno.mkdir(`${engines}/${name}`, { recursive: true });
      }
      assert.equal((await run(["tensorflow", "--remove"], { terminal })).code, 0);
      assert.deepEqual(list(engines), ["tensorflow-2.21.0-gpu"]);
      assert.deepEqual(
        terminal.printed,
        ["2.21.0", "2.18.1"].map((v) => `Removed ${engines}/tensorflow-${v}-cpu`),
      );
      await run(["tensorflow", "--remove"], { terminal });
      assert.equal(terminal.printed.at(-1), "TensorFlow for cpu is not there");
    })
  ));

async function environment(folder: string, distribution: string, withNvidia = false): Promise<string> {
  const site = `${folder}/venv/lib/python3.12/site-packages`;
  await Deno.mkdir(`${site}/tensorflow`, { recursive: true });
  await Deno.mkdir(`${site}/${distribution}.dist-info`);
  if (withNvidia) await Deno.mkdir(`${site}/nvidia/cudnn/lib`, { recursive: true });
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    await Deno.writeTextFile(`${site}/tensorflow/${name}`, contents[`tensorflow/${name}`]);
  }
  return site;
}

for (const part of ["", "/lib/python3.12/site-packages", "/lib/python3.12/site-packages/tensorflow/"]) {
  Deno.test(`engine --from takes an environment's TensorFlow (DIR${part}), whatever its version`, () =>
    attempt(async (options, folder) => {
      const site = await environment(folder, "tensorflow_cpu-2.18.1"), { terminal, place } = options;
      assert.equal((await run(["tensorflow", "--from", `${folder}/venv${part}`], options)).code, 0);
      assert.equal(
        terminal.printed[0],
        `TensorFlow 2.18.1 of ${site}: nothing to download, 0 MB to keep in ${place}`,
      );
      const { version, device, source } = JSON.parse(Deno.readTextFileSync(`${place}/engine.json`));
      assert.deepEqual({ version, device, source }, { version: "2.18.1", device: "cpu", source: site });
      assert.ok(isWhole(place, terminal));
    }));
}

Deno.test("engine --from --gpu keeps TensorFlow's files and points to NVIDIA's", () =>
  attempt(async (options, folder) => {
    const site = await environment(folder, "tensorflow-2.18.1", true), { terminal, place } = options;
    const smoke = () => Promise.resolve("tensorflow 2.18.1 cpu");
    assert.equal(
      (await run(["tensorflow", "--gpu", "--from", `${folder}/venv`], { ...options, smoke })).code,
      0,
    );
    assert.deepEqual(list(place), ["engine.json", "nvidia", "tensorflow"]);
    assert.equal(Deno.realPathSync(`${place}/nvidia`), Deno.realPathSync(`${site}/nvidia`));
    assert.deepEqual(terminal.warned, [
      "TensorFlow finds no GPU on this machine (is NVIDIA's driver there?): it runs on the processor",
    ]);
  }));

Deno.test("engine --from says what it looked for, and refuses changed files of a pinned version", () =>
  attempt(async (options, folder) => {
    const from = (...more: string[]) => run(["tensorflow", "--from", `${folder}/venv`, ...more], options);
    assert.match(
      (await from()).error,
      /: there is no TensorFlow in .*venv: expected a Python environment that has it, its/,
    );
    await environment(folder, `tensorflow_cpu-${RELEASES[0].version}`);
    assert.match(
      (await from("--gpu")).error,
      /: the TensorFlow in .* cannot use a GPU: NVIDIA's libraries are not beside it/,
    );
    if (RELEASES.some(({ system }) => system === `${Deno.build.os} ${Deno.build.arch}`)) {
      assert.match(
        (await from()).error,
        /: libtensorflow_cc\.so\.2 has sha256 .*: it is not TensorFlow's own, or damaged/,
      );
    }
  }));

const mistakes: [args: string[], message: string][] = [
  [[], "Name the engine: there is tensorflow, onnx-cuda"],
  [["tensorflw"], 'Unknown engine "tensorflw" (did you mean "tensorflow"?): there is tensorflow, onnx-cuda'],
  [["tensorflow", "--remove", "--from", "x"], "Give --remove or --from, not both"],
];
for (const [args, message] of mistakes) {
  Deno.test(`engine ${args.join(" ")} is a mistake`, async () => {
    const { code, error } = await run(args, {});
    assert.equal(code, 1);
    assert.equal(error, message);
  });
}

Deno.test("pip is asked for one wheel by name and version, of no other package and not built here", () => {
  const [cpu] = recipes, args = downloadArguments(cpu.wheels[0], cpu, "/w");
  for (
    const wanted of [
      "--no-deps",
      "--only-binary=:all:",
      "--dest=/w",
      `tensorflow-cpu==${cpu.wheels[0].version}`,
    ]
  ) {
    assert.ok(args.includes(wanted), wanted);
  }
});

Deno.test("the Python that PYROSAUR_PYTHON names comes first", () =>
  withEnvironment({ PYROSAUR_PYTHON: "/opt/python" }, () => {
    assert.deepEqual(candidates()[0].command, ["/opt/python", "-m", "pip"]);
    return Promise.resolve();
  }));

Deno.test("a recipe is pinned for each release, and opens the file that the release checks first", () => {
  for (const { device, system, files, version } of RELEASES) {
    const recipe = recipes.find((r) => r.device === device && r.system === system)!;
    assert.equal(recipe.main, files[0].path);
    assert.equal(recipe.wheels[0].version, version);
    for (const { sha256 } of recipe.wheels) assert.match(sha256, /^[0-9a-f]{64}$/);
  }
});

Deno.test("megabytes() speaks of gigabytes from one on", () => {
  assert.deepEqual([0, 273_829_956, 3_381_000_000].map(megabytes), ["0 MB", "274 MB", "3.38 GB"]);
});

Deno.test("zipEntries() and unzip() give back stored and deflated files, and complain of what is no archive", () =>
  inTemporaryFolder(async (folder) => {
    const path = `${folder}/x.zip`, bytes = await zipOf({ ...contents, empty: "" });
    await Deno.writeFile(path, bytes);
    {
      using file = await Deno.open(path);
      const entries = await zipEntries(file);
      assert.deepEqual(entries.map((entry) => entry.path), [...Object.keys(contents), "empty"]);
      for (const entry of entries) {
        const text = await new Response(ReadableStream.from(unzip(file, entry))).text();
        assert.equal(text, entry.path === "empty" ? "" : contents[entry.path]);
      }
      await assert.rejects(
        () => unzip(file, { ...entries[0], method: 99 }).next(),
        /is packed in a way that is not known \(99\)/,
      );
      await assert.rejects(() => unzip(file, { ...entries[0], at: 5 }).next(), /is not where the list says/);
    }
    await Deno.writeFile(path, bytes.subarray(0, bytes.length - 30));
    using file = await Deno.open(path);
    await assert.rejects(() => zipEntries(file), { message: "it is no zip archive" });
  }));

Deno.test("engine onnx-cuda has a place of its own, is removed, and refuses what it has no use for", async () => {
  await inTemporaryFolder(async (cache) => {
    await withEnvironment({ XDG_CACHE_HOME: cache }, () =>
      attempt(async ({ place: _place, ...options }) => {
        const { terminal } = options, place = `${cache}/pyrosaur/engines/onnx-cuda-1.30.0`;
        assert.equal((await run(["onnx-cuda"], options)).code, 0);
        assert.ok(list(place).includes("engine.json"));
        assert.equal(terminal.printed.at(-1), `tiny 1.0 cpu is ready in ${place}`);
        assert.equal((await run(["onnx-cuda", "--remove"], options)).code, 0);
        assert.equal(terminal.printed.at(-1), `Removed ${place}`);
        await run(["onnx-cuda", "--remove"], options);
        assert.equal(terminal.printed.at(-1), "ONNX Runtime's CUDA provider is not there");
        for (const more of [["--gpu"], ["--from", "/usr"]]) {
          assert.match(
            (await run(["onnx-cuda", ...more], options)).error,
            /give it neither --gpu nor --from/,
          );
        }
      }));
  });
});

Deno.test("the CUDA provider's wheels are pinned, and are of the version of onnxruntime-node", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.equal(imports["onnxruntime-node"], `npm:onnxruntime-node@${onnxCuda.wheels[0].version}`);
  for (const { sha256, bytes } of onnxCuda.wheels) assert.ok(/^[0-9a-f]{64}$/.test(sha256) && bytes > 1e6);
  assert.equal(onnxCuda.place("nvidia/cu13/lib/libcublas.so.13"), "libcublas.so.13");
});
