import assert from "node:assert/strict";
import { exportOnnx } from "../../lib/compile/mod.ts";
import {
  exportParts,
  loadModel,
  readRepository,
  type RepositoryModel,
  writeModels,
} from "../../lib/serve/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

const model = (name: string, factor: number, version?: number): RepositoryModel => {
  const { bytes } = exportOnnx((x: Tensor) => ({ y: x.mul(factor) }), [tf.zeros([3])], { inputs: ["x"] });
  const tensor = (name: string) => ({ name, dataType: "FP32" as const, dims: [3] });
  return { config: { name, input: [tensor("x")], output: [tensor("y")] }, bytes, version };
};

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

/** What a model makes of 1. */
async function run(path: string): Promise<number> {
  const loaded = await loadModel(await Deno.readFile(path));
  assert.deepEqual([loaded.inputs, loaded.outputs], [["x"], ["y"]]);
  const { y } = await loaded.run({ x: { data: new Float32Array(3).fill(1), shape: [3] } });
  await loaded.release();
  assert.deepEqual(y.shape, [3]);
  return y.data[0];
}

Deno.test("writeModels() takes the place of models of the same names and lets others be", async () => {
  await inTemporaryFolder(async (parent) => {
    const folder = `${parent}/a/b`;
    await writeModels(folder, [model("one", 1), model("two", 2)]);
    await writeModels(folder, [model("two", 20, 3), model("three", 3)]);
    const models = await readRepository(folder);
    assert.deepEqual(models.map(({ config }) => config.name), ["one", "three", "two"]);
    assert.deepEqual(models[2].versions, [{ version: 3, path: `${folder}/two/3/model.onnx` }]);
    assert.deepEqual(await Promise.all(models.map(({ versions: [{ path }] }) => run(path))), [1, 3, 20]);
    assert.deepEqual(await namesIn(folder), ["one", "three", "two"], "nothing else is left");
  });
});

Deno.test("writeModels() puts everything back where a model cannot be moved to its place", async () => {
  await inTemporaryFolder(async (folder) => {
    await writeModels(folder, [model("one", 1), model("two", 2)]);
    const rename = Deno.rename;
    Deno.rename = (from, to) =>
      `${to}` === `${folder}/two` && `${from}`.includes("/new/")
        ? Promise.reject(new Error("the disk is full"))
        : rename(from, to);
    try {
      await assert.rejects(writeModels(folder, [model("zero", 0), model("one", 10), model("two", 20)]), {
        message: `Cannot write models to ${folder}: the disk is full`,
      });
    } finally {
      Deno.rename = rename;
    }
    assert.deepEqual(await namesIn(folder), ["one", "two"]);
    const models = await readRepository(folder);
    assert.deepEqual(await Promise.all(models.map(({ versions: [{ path }] }) => run(path))), [1, 2]);
  });
});

Deno.test("writeModels() throws on names and versions that are none, and on a folder that is a file", async () => {
  await inTemporaryFolder(async (folder) => {
    const bad: [RepositoryModel[], RegExp][] = [
      [
        [model("../up", 1)],
        /^Error: Cannot store a model under the name "\.\.\/up": expected letters, digits, "_", "-" and "\."$/,
      ],
      [[model(".hidden", 1)], /under the name "\.hidden"/],
      [[model("", 1)], /under the name ""/],
      [[model("m", 1), model("m", 2)], /^Error: Cannot store two models under the name "m"$/],
      [[model("m", 1, 0)], /^Error: Cannot store version 0 of "m": expected a positive integer$/],
    ];
    for (const [models, message] of bad) await assert.rejects(writeModels(folder, models), message);
    assert.deepEqual(await namesIn(folder), []);
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(
      writeModels(`${folder}/file`, [model("m", 1)]),
      /^Error: Cannot write models to .*file: /,
    );
  });
});

Deno.test("readRepository() names the model that cannot be read, and why", async () => {
  await inTemporaryFolder(async (folder) => {
    await assert.rejects(readRepository(`${folder}/nowhere`), {
      message: `Cannot read the model repository ${folder}/nowhere: there is no such folder`,
    });
    await writeModels(folder, [model("m", 1)]);
    await Deno.mkdir(`${folder}/.writing`);
    assert.equal((await readRepository(folder)).length, 1);
    const config = `${folder}/m/config.pbtxt`, text = await Deno.readTextFile(config);
    await Deno.writeTextFile(config, text.replace('"m"', '"other"'));
    await assert.rejects(readRepository(folder), {
      message: `Cannot read the model ${folder}/m: its config.pbtxt is of "other"`,
    });
    await Deno.writeTextFile(config, "name");
    await assert.rejects(
      readRepository(folder),
      /^Error: Cannot read .*m\/config\.pbtxt: line 1, column 5: /,
    );
    await Deno.remove(config);
    await assert.rejects(readRepository(folder), {
      message: `Cannot read the model ${folder}/m: there is no config.pbtxt`,
    });
    await Deno.writeTextFile(config, text.replace('name: "m"\n', ""));
    assert.equal((await readRepository(folder))[0].config.name, "m", "the folder's name will do");
    await Deno.remove(`${folder}/m/1`, { recursive: true });
    await assert.rejects(readRepository(folder), {
      message: `Cannot read the model ${folder}/m: it has no version (a folder such as 1)`,
    });
  });
});

Deno.test("loadModel() throws on bytes that are no model, and run() on inputs that do not fit", async () => {
  await assert.rejects(
    loadModel(Uint8Array.of(1, 2, 3), { source: "m" }),
    /^Error: Cannot load m in ONNX Runtime on cpu: /,
  );
  const loaded = await loadModel(model("m", 2).bytes);
  await assert.rejects(loaded.run({}), /x/);
  await assert.rejects(loaded.run({ x: { data: new Float32Array(4), shape: [4] } }), /Expected: 3/);
  await loaded.release();
});

Deno.test("readRepository() refuses versions that are no models of the configuration", async () => {
  await inTemporaryFolder(async (folder) => {
    await writeModels(folder, [model("m", 1)]);
    const own = `${folder}/m/1/model.onnx`, bytes = await Deno.readFile(own);
    const exported = (inputs: string[], shape: number[], result = "y", integers = false) =>
      exportOnnx(
        (...xs: Tensor[]) => ({
          [result]: xs.reduce((sum, x) => sum.add(x)).mul(integers ? tf.scalar(2, "int32") : 2),
        }),
        inputs.map(() => tf.zeros(shape, integers ? "int32" : "float32")),
        { inputs },
      ).bytes;
    const cases: [Uint8Array | undefined, string | RegExp][] = [
      [undefined, "its version 1 has no model.onnx"],
      [exported(["z"], [3]), 'version 1 has no input "x", it has z'],
      [exported(["x", "w"], [3]), 'version 1 has an input "w", which the configuration lacks'],
      [
        exported(["x"], [4]),
        'the input "x" of version 1 has dims [3] in the configuration and [4] in the model',
      ],
      [
        exported(["x"], [3, 1]),
        'the input "x" of version 1 has dims [3] in the configuration and [3,1] in the model',
      ],
      [exported(["x"], [3], "z"), 'version 1 has no output "y", it has z'],
      [
        exported(["x"], [3], "y", true),
        'the input "x" of version 1 is FP32 in the configuration and INT32 in the model',
      ],
    ];
    for (const [file, reason] of cases) {
      if (file) await Deno.writeFile(own, file);
      else await Deno.remove(own);
      await assert.rejects(readRepository(folder), {
        message: `Cannot read the model ${folder}/m: ${reason}`,
      });
      if (!file) continue;
      const { config } = model("m", 1);
      await assert.rejects(writeModels(folder, [{ config, bytes: file }]), /^Error: Cannot store "m": /);
    }
    for (
      const damaged of [
        new Uint8Array(),
        Uint8Array.of(1, 2, 3),
        bytes.slice(0, bytes.length / 2),
        new Uint8Array(99).fill(255),
      ]
    ) {
      await Deno.writeFile(own, damaged);
      await assert.rejects(readRepository(folder), {
        message: `Cannot read the model ${folder}/m: version 1 is no ONNX model`,
      });
    }
    await Deno.writeFile(own, bytes);
    await Deno.mkdir(`${folder}/m/99999999999999999999`);
    await assert.rejects(readRepository(folder), {
      message:
        `Cannot read the model ${folder}/m: its version 99999999999999999999 does not fit, expected at most 9007199254740991`,
    });
    await Deno.remove(`${folder}/m/99999999999999999999`);
    for (const name of ["01", "0", "-1", "1.5", "latest"]) await Deno.mkdir(`${folder}/m/${name}`);
    assert.deepEqual((await readRepository(folder))[0].versions.map(({ version }) => version), [1]);
    await Deno.mkdir(`${folder}/m/2`);
    await assert.rejects(readRepository(folder), /its version 2 has no model\.onnx$/);
  });
});

Deno.test("a configuration may fix a length that the model leaves open, not the other way round", async () => {
  await inTemporaryFolder(async (folder) => {
    const { bytes } = exportOnnx((x: Tensor) => ({ y: x.mul(2) }), [tf.zeros([2, 3])], {
      inputs: ["x"],
      axes: [["rows", null]],
    });
    const config = (dims: number[], maxBatchSize = 0) => {
      const tensor = (name: string) => ({ name, dataType: "FP32" as const, dims });
      return { name: "m", maxBatchSize, input: [tensor("x")], output: [tensor("y")] };
    };
    for (const [dims, rows] of [[[-1, 3], 0], [[7, 3], 0], [[3], 8]] as const) {
      await writeModels(folder, [{ config: config([...dims], rows), bytes }]);
      assert.equal((await readRepository(folder)).length, 1);
    }
    for (const [dims, rows] of [[[-1, -1], 0], [[-1, 4], 0], [[3], 0], [[-1, 3], 8]] as const) {
      await assert.rejects(writeModels(folder, [{ config: config([...dims], rows), bytes }]), /has dims \[/);
    }
    const fixed = model("m", 1).bytes;
    await assert.rejects(
      writeModels(folder, [{ config: config([3], 8), bytes: fixed }]),
      /has no first axis for a batch/,
    );
  });
});

Deno.test("loadModel(): a second release does nothing, runs under way end before it, later ones are refused", async () => {
  const loaded = await loadModel(model("m", 2).bytes, { source: "m" });
  const x = { data: new Float32Array(3).fill(1), shape: [3] };
  const runs = Array.from({ length: 5 }, () => loaded.run({ x }));
  const released = [loaded.release(), loaded.release()];
  for (const { y } of await Promise.all(runs)) assert.deepEqual([...y.data], [2, 2, 2]);
  await Promise.all(released);
  await loaded.release();
  await assert.rejects(loaded.run({ x }), { message: "Cannot run m: it was released" });
});

Deno.test("loadModel() gives results of any name", async () => {
  const { bytes } = exportOnnx((x: Tensor) => ({ y: x.mul(2) }), [tf.zeros([1])], {
    inputs: ["x"],
    outputs: ["__proto__"],
  });
  const loaded = await loadModel(bytes),
    results = await loaded.run({ x: { data: Float32Array.of(3), shape: [1] } });
  await loaded.release();
  assert.deepEqual(Object.entries(results), [["__proto__", { data: Float32Array.of(6), shape: [1] }]]);
});

Deno.test("loadModel(): run() names an input that is no array of numbers", async () => {
  const loaded = await loadModel(model("m", 2).bytes, { source: "m" });
  const wrong: [unknown, string][] = [[[1, 2, 3], "Array"], [BigInt64Array.of(1n, 2n, 3n), "BigInt64Array"], [
    undefined,
    "undefined",
  ]];
  for (const [data, kind] of wrong) {
    await assert.rejects(loaded.run({ x: { data, shape: [3] } as never }), {
      message:
        `Cannot run m: the input "x" is a ${kind}, expected a Float32Array, Float64Array, Int32Array or Uint8Array`,
    });
  }
  await loaded.release();
});

Deno.test("inputs, outputs and parameters may be called as members of Object.prototype are", async () => {
  await inTemporaryFolder(async (folder) => {
    const names = (text: string) =>
      Object.fromEntries(["__proto__", "constructor", text].map((name) => [name, [null]]));
    const part = (...[a, b, c]: Tensor[]) =>
      Object.fromEntries([["toString", a.add(b)], ["valueOf", b.mul(c)], ["isPrototypeOf", c.sub(a)]]);
    const example = [1, 2, 3].map((value) => ({ data: Float32Array.of(value, -value), shape: [2] }));
    const to = { name: "m", part, inputs: names("hasOwnProperty"), batches: false, examples: [example] };
    const [check] = await exportParts([to], { constructor: "me" }, folder);
    assert.ok(check.eager < 1e-6 && check.compiled < 1e-6);
    const [{ config, versions: [{ path }] }] = await readRepository(folder);
    assert.deepEqual(config.input.map(({ name }) => name), Object.keys(to.inputs));
    const loaded = await loadModel(await Deno.readFile(path));
    const results = await loaded.run(
      Object.fromEntries(Object.keys(to.inputs).map((name, i) => [name, example[i]])),
    );
    await loaded.release();
    const values = Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]]));
    assert.deepEqual(
      values,
      Object.fromEntries([["toString", [3, -3]], ["valueOf", [6, 6]], ["isPrototypeOf", [2, -2]]]),
    );
  });
});
