import assert from "node:assert/strict";
import { sha256 } from "../../lib/system/mod.ts";
import { configBytes } from "../../lib/tensorflow/config.ts";
import { MANIFEST, releaseIn } from "../../lib/tensorflow/engine_folder.ts";
import {
  type EngineFile,
  findEngine,
  installedEngines,
  openLibrary,
  RELEASES,
  thisSystem,
  verifyFiles,
} from "../../lib/tensorflow/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../temporary.ts";

const text = "no library at all";

/** A folder with one file, which its manifest says is an engine. */
async function fakeEngine(folder: string): Promise<EngineFile> {
  const file = { path: "lib.so", bytes: text.length, sha256: await sha256(text) };
  await Deno.writeTextFile(`${folder}/lib.so`, text);
  const manifest = { version: "1.0", device: "cpu", system: thisSystem(), files: [file], source: "a test" };
  await Deno.writeTextFile(`${folder}/${MANIFEST}`, JSON.stringify(manifest));
  return file;
}

Deno.test("openLibrary() refuses a damaged file by its hash, before any of its code runs", () =>
  inTemporaryFolder(async (folder) => {
    const { sha256: expected } = await fakeEngine(folder), damaged = text.replace("no", "on");
    await Deno.writeTextFile(`${folder}/lib.so`, damaged);
    assert.throws(() => openLibrary({ folder }), {
      message: `Wrong or damaged file ${folder}/lib.so: it has sha256 ${await sha256(
        damaged,
      )}, expected ${expected}; ` +
        "provision the engine again",
    });
  }));

Deno.test("openLibrary() says what the system said of a file that is no library", () =>
  inTemporaryFolder(async (folder) => {
    await fakeEngine(folder);
    assert.throws(() => openLibrary({ folder }), new RegExp(`^Error: Cannot open ${folder}/lib\\.so: `));
  }));

Deno.test("openLibrary() says how to provision TensorFlow where it is not", () =>
  inTemporaryFolder((folder) =>
    withEnvironment({ XDG_CACHE_HOME: folder, PYROSAUR_TENSORFLOW: undefined }, () => {
      assert.equal(findEngine(), undefined);
      assert.throws(() => openLibrary(), {
        message:
          "TensorFlow is not provisioned: run `deno task engine tensorflow`, or name its folder in PYROSAUR_TENSORFLOW",
      });
      return Promise.resolve();
    })
  ));

Deno.test("verifyFiles() names a file that is missing, cut short or changed", () =>
  inTemporaryFolder(async (folder) => {
    const file = await fakeEngine(folder), full = `${folder}/lib.so`;
    verifyFiles(folder, [file]);
    assert.throws(() => verifyFiles(folder, [{ ...file, path: "other.so" }]), {
      message: `Missing file ${folder}/other.so: the engine is not whole; provision it again`,
    });
    await Deno.writeTextFile(full, "short");
    assert.throws(() => verifyFiles(folder, [file]), {
      message: `Damaged file ${full}: it has 5 bytes, expected ${text.length}; provision the engine again`,
    });
  }));

Deno.test("verifyFiles() hashes a file once, and again where its time has changed", () =>
  inTemporaryFolder(async (folder) => {
    const file = await fakeEngine(folder), full = `${folder}/lib.so`, { mtime } = await Deno.stat(full);
    verifyFiles(folder, [file]);
    await Deno.writeTextFile(full, text.toUpperCase());
    await Deno.utime(full, mtime!, mtime!);
    verifyFiles(folder, [file]);
    await Deno.utime(full, new Date(0), new Date(0));
    assert.throws(() => verifyFiles(folder, [file]), /^Error: Wrong or damaged file /);
  }));

Deno.test("verifyFiles() does not trust a verdict that is damaged or of another hash", () =>
  inTemporaryFolder(async (folder) => {
    const file = await fakeEngine(folder), other = { ...file, sha256: "0".repeat(64) };
    verifyFiles(folder, [file]);
    assert.throws(() => verifyFiles(folder, [other]), /^Error: Wrong or damaged file /);
    await Deno.writeTextFile(`${folder}/verified.json`, "{");
    verifyFiles(folder, [file]);
  }));

const invalid: [name: string, manifest: string][] = [
  ["is no JSON", "{"],
  ["is null", "null"],
  ["lists no files", JSON.stringify({ version: "1", device: "cpu", files: [] })],
  [
    "has no hashes",
    JSON.stringify({ version: "1", device: "cpu", files: [{ path: "x", bytes: 1, sha256: "?" }] }),
  ],
];
for (const [name, manifest] of invalid) {
  Deno.test(`releaseIn() throws where ${MANIFEST} ${name}`, () =>
    inTemporaryFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/${MANIFEST}`, manifest);
      assert.throws(() => releaseIn(folder), {
        message:
          `Invalid ${folder}/${MANIFEST}: it does not list the files of an engine; provision the engine again`,
      });
    }));
}

Deno.test({
  name: "releaseIn() knows a pinned release by its files, and throws where there are none",
  ignore: !RELEASES.some(({ system }) => system === thisSystem()),
  fn: () =>
    inTemporaryFolder(async (folder) => {
      const release = RELEASES.find(({ system }) => system === thisSystem())!;
      assert.throws(() => releaseIn(folder), {
        message: `No TensorFlow in ${folder}: expected ${
          release.files.map(({ path }) => path).join(" and ")
        } in it`,
      });
      for (const { path } of release.files) await Deno.writeTextFile(`${folder}/${path}`, "");
      assert.equal(releaseIn(folder), release);
    }),
});

Deno.test("installedEngines() lists GPUs' first, the pinned version before others, newer before older", () =>
  inTemporaryFolder((folder) =>
    withEnvironment({ XDG_CACHE_HOME: folder, PYROSAUR_TENSORFLOW: undefined }, async () => {
      assert.deepEqual(installedEngines(), []);
      const engines = `${folder}/pyrosaur/engines`;
      const names = ["2.21.0-gpu", "2.9.0-gpu", "2.21.0-cpu", "2.100.0-cpu", "2.20.0-cpu"].map((n) =>
        `tensorflow-${n}`
      );
      for (const name of [...names, ".tensorflow-2.21.0-gpu.1.tmp", "onnx-cuda"]) {
        await Deno.mkdir(`${engines}/${name}`, { recursive: true });
      }
      assert.deepEqual(installedEngines().map((e) => e.folder), names.map((name) => `${engines}/${name}`));
      assert.equal(findEngine(), `${engines}/${names[0]}`);
      await withEnvironment({ PYROSAUR_TENSORFLOW: "/elsewhere" }, () => {
        assert.equal(findEngine(), "/elsewhere");
        return Promise.resolve();
      });
    })
  ));

Deno.test("configBytes() writes TensorFlow's ConfigProto", () => {
  const hex = (options: Parameters<typeof configBytes>[0]) => configBytes(options).toHex();
  assert.equal(hex({}), "3801");
  assert.equal(hex({ intraOpThreads: 1, interOpThreads: 300 }), "100128ac023801");
  assert.equal(hex({ device: "cpu" }), "0a070a0347505510003801");
  for (
    const [options, message] of [
      [{ intraOpThreads: 0 }, "Invalid intraOpThreads 0: expected an integer from 1 to 4096"],
      [{ interOpThreads: 1.5 }, "Invalid interOpThreads 1.5: expected an integer from 1 to 4096"],
    ] as const
  ) assert.throws(() => configBytes(options), { message });
});
