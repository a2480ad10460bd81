import assert from "node:assert/strict";
import { exportCommand } from "../../tasks/export.ts";
import { checkedExport, type PartToExport } from "../../lib/serve/export/checked_export.ts";
import { exportParts } from "../../lib/serve/export/export_parts.ts";
import { sha256 } from "../../lib/system/mod.ts";
import { dmm, type DmmOptions, dmmParts, saveDmm } from "../../lib/models/mod.ts";
import { parameterShapes } from "../../lib/nn/mod.ts";
import { writeRun } from "../../lib/results/mod.ts";
import { loadModel, readRepository } from "../../lib/serve/mod.ts";
import { type HostArray, random, tf, toHostArray, toTensor } from "../../lib/tensor/mod.ts";
import { record } from "../results/records.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "./fake.ts";

const SMALL: DmmOptions = {
  inputDim: 6,
  zDim: 4,
  emissionDim: 5,
  transitionDim: 7,
  rnnDim: 8,
  iafDim: 9,
  numIafs: 1,
};

function paramsOf(options: DmmOptions, factor = 0.5): Record<string, HostArray> {
  const shapes = Object.entries(parameterShapes("dmm", dmm(options).net));
  return Object.fromEntries(
    shapes.map(([name, shape], i) => [name, toHostArray(random.normal(random.key(i), shape).mul(factor))]),
  );
}

/** Runs the command and gives its exit code, and what it printed and complained of. */
async function run(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; text: string; complaint: string }> {
  const terminal = memoryTerminal(), complaints: string[] = [], error = console.error;
  console.error = (line: unknown) => void complaints.push(String(line));
  try {
    const code = await exportCommand(args, { cwd, terminal });
    return { code, text: terminal.printed.join("\n"), complaint: complaints.join("\n") };
  } finally {
    console.error = error;
  }
}

Deno.test("export dmm writes four models, checked, that serve the same numbers at other lengths", async () => {
  await inTemporaryFolder(async (cwd) => {
    const params = paramsOf(SMALL);
    await saveDmm(`${cwd}/p.safetensors`, params, SMALL, { experiment: "dmm", data_sha256: "2db9" });
    const { code, text, complaint } = await run(cwd, "dmm", "--parameters", "p.safetensors", "--out", "repo");
    assert.equal(code, 0, complaint);
    assert.match(text, /dmm_guide +\d+ +\d\.\de-[678] /);
    const models = await readRepository(`${cwd}/repo`);
    assert.deepEqual(
      models.map(({ config: { name, maxBatchSize, input, output } }) => [
        name,
        maxBatchSize,
        input.map(({ name, dataType, dims }) => `${name}: ${dataType} [${dims}]`),
        output.map(({ name, dims }) => `${name}: [${dims}]`),
      ]),
      [
        ["dmm_emitter", 1024, ["z: FP32 [4]"], ["logits: [6]", "probs: [6]"]],
        [
          "dmm_guide",
          0,
          ["notes: FP32 [-1,-1,6]", "lengths: INT32 [-1]", "noise: FP32 [-1,-1,4]"],
          ["loc: [-1,-1,4]", "scale: [-1,-1,4]", "z: [-1,-1,4]"],
        ],
        [
          "dmm_guide_step",
          1024,
          ["z_prev: FP32 [4]", "h: FP32 [8]", "noise: FP32 [4]"],
          ["loc: [4]", "scale: [4]", "z: [4]"],
        ],
        ["dmm_transition", 1024, ["z_prev: FP32 [4]"], ["loc: [4]", "scale: [4]"]],
      ],
    );
    const hash = await sha256(await Deno.readFile(`${cwd}/p.safetensors`));
    const { z_0, ...rest } = models[3].config.parameters;
    assert.deepEqual(rest, {
      experiment: "dmm",
      commit: "unknown",
      data_sha256: "2db9",
      parameters_sha256: hash,
    });
    assert.deepEqual(Float32Array.from(JSON.parse(z_0)), params["dmm.z_0"].data);

    const inputs = {
      notes: toHostArray(tf.ones([11, 3, 6])),
      lengths: { data: Int32Array.of(11, 4, 1), shape: [3] },
      noise: toHostArray(random.normal(random.key(7), [11, 3, 4])),
    };
    const { path } = models[1].versions[0], guide = await loadModel(await Deno.readFile(path));
    const { z } = await guide.run(inputs);
    await guide.release();
    const expected = dmmParts(dmm(SMALL), params).guide(
      toTensor(inputs.notes),
      toTensor(inputs.lengths),
      toTensor(inputs.noise),
    ).z.dataSync();
    assert.ok(z.data.every((x, i) => Math.abs(x - expected[i]) < 1e-5));
    assert.ok(
      new TextDecoder("latin1").decode(await Deno.readFile(path)).includes(hash),
      "metadata in the model itself",
    );
  });
});

Deno.test("export dmm takes the parameters of the best profile among the results, and the commit of the run that wrote them", async () => {
  await inTemporaryFolder(async (cwd) => {
    const file = `${cwd}/own.safetensors`;
    for (
      const [profile, started, factor] of [["full", "2024", 0.5], ["tuned", "2023", 0.1], [
        "quick",
        "2025",
        0.2,
      ]] as const
    ) {
      await saveDmm(file, paramsOf(SMALL, factor), SMALL, { profile });
      await writeRun(
        `${cwd}/results`,
        record({ experiment: "dmm", profile, started: `${started}-01-01T00:00:00.000Z` }),
        new Map([["parameters.safetensors", await Deno.readFile(file)]]),
      );
    }
    const { code, text, complaint } = await run(cwd, "dmm");
    assert.equal(code, 0, complaint);
    assert.match(text, /^Parameters: .*\/results\/dmm\/tuned\/parameters\.safetensors$/m);
    const [{ config: { parameters } }] = await readRepository(`${cwd}/model_repository`);
    assert.equal(parameters.profile, "tuned");
    const { code: { commit, dirty } } = record({});
    assert.equal(parameters.commit, `${commit}${dirty ? " with changes" : ""}`);
  });
});

Deno.test("export says what it cannot do, and leaves the repository as it was", async () => {
  await inTemporaryFolder(async (cwd) => {
    const file = `${cwd}/p.safetensors`, params = paramsOf(SMALL);
    await saveDmm(file, params, SMALL);
    await Deno.writeTextFile(`${cwd}/file`, "");
    const bytes = await Deno.readFile(file);
    await Deno.writeFile(`${cwd}/cut.safetensors`, bytes.subarray(0, 1000));
    for (
      const [args, complaint] of [
        [[], /^Name what to export: there is dmm, np_collapse, vae, bnn_mnist, gmm, hmm$/],
        [
          ["dnm"],
          /^Cannot export "dnm" \(did you mean "dmm"\?\): there is dmm, np_collapse, vae, bnn_mnist, gmm, hmm$/,
        ],
        [["rugged"], /^Cannot export "rugged": there is dmm, np_collapse, vae, bnn_mnist, gmm, hmm$/],
        [["dmm", "dmm"], /^Too many arguments: found 2/],
        [["dmm", "--parameter", "x"], /^Unknown option --parameter \(did you mean "--parameters"\?\)/],
        [
          ["dmm"],
          /^There are no parameters of "dmm": looked for parameters\.safetensors in .*\/results\/dmm\/tuned, .*`deno task reproduce dmm`, or name a file with --parameters FILE/,
        ],
        [["dmm", "--parameters", "none"], /^Cannot read the parameters .*\/none: there is no such file$/],
        [
          ["dmm", "--parameters", "cut.safetensors"],
          /^Cannot read .*cut\.safetensors as safetensors: .*truncated/,
        ],
        [
          ["dmm", "--parameters", "p.safetensors", "--out", "file"],
          /^Cannot write models to .*\/file: /,
        ],
      ] as [string[], RegExp][]
    ) {
      const { code, complaint: found } = await run(cwd, ...args);
      assert.equal(code, 1);
      assert.match(found, complaint);
    }
    assert.deepEqual((await Array.fromAsync(Deno.readDir(cwd))).map(({ name }) => name).sort(), [
      "cut.safetensors",
      "file",
      "p.safetensors",
    ]);
  });
});

const double = (name: string, wrong = 0): PartToExport => ({
  name,
  part: (x) => ({ y: x.mul(2) }),
  reference: (x) => ({ y: x.mul(2).add(wrong) }),
  inputs: { x: ["batch", null] },
  batches: true,
  examples: [1, 4].map((batch) => toHostArray(tf.ones([batch, 3]))).map((x) => [x]),
});

Deno.test("exportParts() writes nothing where one check fails", async () => {
  await inTemporaryFolder(async (cwd) => {
    const [{ eager, compiled, numbers }] = await exportParts([double("good")], {}, cwd);
    assert.deepEqual([eager, compiled, numbers], [0, 0, 15]);
    const before = await readRepository(cwd);
    await assert.rejects(exportParts([double("good"), double("bad", 0.001)], { marked: "yes" }, cwd), {
      message: "Cannot export bad: for inputs of shapes [1,3] ONNX Runtime and the library's model differ: " +
        '"y" is 2 at place 0, expected 2.000999927520752',
    });
    assert.deepEqual(await readRepository(cwd), before);
  });
});

Deno.test("checkedExport() throws on NaN, and on another shape", async () => {
  const nan = { ...double("nan"), reference: undefined, part: (x: any) => ({ y: x.sub(2).log() }) };
  await assert.rejects(
    checkedExport(nan, {}),
    /^Error: Cannot export nan: for inputs of shapes \[1,3\] ONNX Runtime and tfjs differ: "y" is NaN at place 0, expected NaN$/,
  );
  const other = { ...double("other"), reference: (x: any) => ({ y: x.sum(1) }) };
  await assert.rejects(checkedExport(other, {}), /"y" has shape \[1,3\], expected \[1\]$/);
});
