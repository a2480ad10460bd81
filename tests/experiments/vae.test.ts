import assert from "node:assert/strict";
import { exportCommand } from "../../tasks/export.ts";
import { Evaluation } from "../../experiments/vae/evaluation.ts";
import { elboFigure } from "../../experiments/vae/figures.ts";
import { batchOf, numbers } from "../../experiments/vae/images.ts";
import { latentMap } from "../../experiments/vae/latent_map.ts";
import { vaeExperiment } from "../../experiments/vae/mod.ts";
import { doubt, walk } from "../../experiments/vae/pictures.ts";
import reference from "../../experiments/vae/reference.json" with { type: "json" };
import { profiles } from "../../experiments/vae/settings.ts";
import { PYRO, pyroAt, recovery } from "../../experiments/vae/targets.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { datasets, epochOrder } from "../../lib/data/mod.ts";
import { Checkpoints, NonFiniteError } from "../../lib/infer/mod.ts";
import { loadVae, type Vae, vae, vaeParts } from "../../lib/models/mod.ts";
import { parameterShapes } from "../../lib/nn/mod.ts";
import { parseRecord } from "../../lib/results/mod.ts";
import { readRepository } from "../../lib/serve/mod.ts";
import { sha256 } from "../../lib/system/mod.ts";
import { type HostArray, random, sizeOf } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "../tasks/fake.ts";
import { fit, tinyBytes, tinyConfig, tinyTask } from "./vae_tiny.ts";

const { train, test } = tinyTask();

/** Parameters of an autoencoder by a rule, or all of them 0. */
function paramsOf({ encoder, decoder }: Vae, scale: number): Record<string, HostArray> {
  const shapes = { ...parameterShapes("encoder", encoder), ...parameterShapes("decoder", decoder) };
  const fill = (shape: number[], c: number) =>
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => scale * Math.sin(i + 1 + c));
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], c) => [name, { data: fill(shape, c), shape }]),
  );
}

Deno.test("batchOf() gives grey values of the images that are named", () => {
  const images = { bytes: Uint8Array.of(0, 255, 51, 102, 1, 2), count: 3, pixels: 2 };
  const { data, shape } = batchOf(images, [2, 0]);
  assert.deepEqual(shape, [2, 2]);
  assert.deepEqual([...data], [1 / 255, 2 / 255, 0, 1].map(Math.fround));
});

Deno.test("epochOrder() has every image once, in another order each epoch", () => {
  const [a, b] = [0, 1].map((epoch) => [...epochOrder(random.key(0), epoch, 50)]);
  assert.deepEqual(a.toSorted((x, y) => x - y), numbers(0, 50));
  assert.notDeepEqual(a, b);
});

Deno.test("bounds of networks that keep nothing are the log probability of their pixels", async () => {
  const model = vae(tinyConfig.sizes), evaluation = new Evaluation(model, { engine: "onnx" });
  // z has its prior, and every pixel is as likely black as white.
  const params = paramsOf(model, 0), exact = 784 * Math.log(0.5);
  const found = [
    await evaluation.elbo(params, test, random.key(0)),
    ...(await evaluation.bounds(params, test, 7, random.key(0), [20, 40])).map(({ mean }) => mean),
  ];
  for (const value of found) assert.ok(Math.abs(value / exact - 1) < 1e-6, `${value}, not ${exact}`);
  await evaluation.release();
});

Deno.test("bounds grow with the number of draws, and are those of the weights one by one", async () => {
  const model = vae(tinyConfig.sizes), evaluation = new Evaluation(model, { engine: "onnx" });
  const params = paramsOf(model, 0.3), all = { ...test, count: 20 };
  let elbo = 0;
  for (let i = 0; i < 50; i++) elbo += await evaluation.elbo(params, all, random.key(i)) / 50;
  const told: number[] = [];
  const [few, many] = await evaluation.bounds(params, all, 20, random.key(0), [20, 400], (n) => told.push(n));
  assert.ok(elbo < few.mean && few.mean < many.mean, `${elbo}, ${few.mean}, ${many.mean}`);
  assert.ok(few.se > 0 && told.at(-1) === 20);
  await evaluation.release();
});

Deno.test("a training that goes on has the parameters, bit for bit, of one that never stopped", async () => {
  await inTemporaryFolder(async (folder) => {
    const training = { ...tinyConfig.training, epochs: 4 };
    const straight = await fit(`${folder}/a`, { training });
    await fit(`${folder}/b`, { training: { ...training, epochs: 2 } });
    const told: number[] = [];
    const resumed = await fit(`${folder}/b`, { training, resume: true, tell: (done) => told.push(done) });
    assert.deepEqual(told.slice(0, 2), [3, 4]);
    assert.deepEqual(resumed.params, straight.params);
    assert.deepEqual(resumed.testElbo, straight.testElbo);
    assert.deepEqual(resumed.curves.trainElbo, straight.curves.trainElbo);
    assert.deepEqual(resumed.curves.epochs, [2, 4]);
    assert.ok(straight.curves.trainElbo[3] > straight.curves.trainElbo[0]);
    // A rate that falls over all epochs is another training with more of them.
    const falling = { ...training, warmupEpochs: 1, elbo: "meanField" as const };
    await fit(`${folder}/c`, { training: falling });
    await assert.rejects(
      fit(`${folder}/c`, { training: { ...falling, epochs: 5 }, resume: true }),
      /it was saved with the configuration .*"epochs":4/,
    );
  });
});

Deno.test("a batch is not larger than the training part", async () => {
  for (const batch of [0, 61, 2.5]) {
    await assert.rejects(fit("", { training: { ...tinyConfig.training, batch } }), {
      message: `Cannot train on 60 images: batch is ${batch}, expected a number from 1 to 60`,
    });
  }
});

Deno.test("a training that diverges names step and site, and keeps the last whole epoch", async () => {
  await inTemporaryFolder(async (folder) => {
    const training = {
      ...tinyConfig.training,
      epochs: 30,
      batch: 60,
      learningRate: 1e4,
      checkpointMinutes: 100,
    };
    const failed = await fit(folder, { training }).then(() => assert.fail(), (error) => error);
    assert.ok(failed instanceof NonFiniteError);
    assert.match(failed.message, /^Cannot go on training: at step (\d+) the loss is .* because .*site "\w"/);
    const kept = await new Checkpoints(folder).latest();
    // An epoch is one step.
    assert.equal(kept!.state.step, failed.step);
    assert.ok(failed.step > 0 && kept!.history.trainElbo.data.every(Number.isFinite));
  });
});

Deno.test("walk() goes from one image's reconstruction to another's, where there are both digits", () => {
  const model = vae(tinyConfig.sizes), parts = vaeParts(model, paramsOf(model, 0.3));
  const images = { images: tinyBytes(3), labels: Uint8Array.of(3, 8, 8), count: 3, rows: 28, columns: 28 };
  const way = walk(parts, images, [3, 8], 5);
  assert.deepEqual([way.length, way[0].length], [5, 784]);
  assert.notDeepEqual(way[0], way[4]);
  assert.deepEqual(walk(parts, images, [3, 9], 5), []);
});

Deno.test("doubt() of sure pixels is their chance of being wrong", () => {
  assert.ok(Math.abs(doubt([[0.02, 0.98], [0.98, 0.02]]) - 0.02) < 1e-12);
});

Deno.test("latentMap() keeps clusters apart, the same for the same key", () => {
  const rows = numbers(0, 40).map((i) => [Math.sin(i), Math.cos(3 * i), i < 20 ? 0 : 50]);
  const map = latentMap(rows, random.key(0)), again = latentMap(rows, random.key(0));
  assert.deepEqual(map, again);
  const centre = (from: number) =>
    [map.x, map.y].map((v) => v.slice(from, from + 20).reduce((a, b) => a + b) / 20);
  const [a, b] = [centre(0), centre(20)], apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
  map.x.forEach((x, i) => {
    const [cx, cy] = i < 20 ? a : b;
    assert.ok(Math.hypot(x - cx, map.y[i] - cy) < apart / 2, `${i}`);
  });
});

Deno.test("the targets are Pyro's curve, by epoch, and on twins what the data can reach", () => {
  assert.equal(PYRO.length, reference.runs[0].test_elbo.length);
  assert.equal(pyroAt(PYRO.length)!.value, PYRO.at(-1));
  assert.equal(pyroAt(PYRO.length + 1), undefined);
  // Fair coins cannot be predicted.
  assert.equal(recovery({ flip: 0.5 }).test_elbo.value, -Math.log(10) - 784 * Math.log(2));
});

Deno.test("full is the example's training, quick its beginning, and tuned has the same sizes", () => {
  const { epochs, batch, learningRate, elbo, warmupEpochs } = profiles.full.training;
  assert.deepEqual([epochs, batch, learningRate, elbo, warmupEpochs], [100, 256, 1e-3, undefined, undefined]);
  assert.deepEqual({ ...profiles.quick.training, epochs: 100, lookEvery: 5 }, profiles.full.training);
  assert.deepEqual([profiles.full.sizes, profiles.tuned!.sizes], [{}, {}]);
});

Deno.test("elboFigure() has a line for training, test and Pyro", () => {
  const curves = { trainElbo: [-200, -150], epochs: [2], testElbo: [-149] };
  const { spec } = elboFigure(curves, [-190, -151]), layers = spec.layer as unknown[];
  assert.equal(layers.length, 3 + 1, "and a dot where a line has a single point");
});

/** Runs the experiment on tiny files in the place of MNIST's. */
async function run(cwd: string, ...args: string[]) {
  const idx = (sizes: number[], bytes: Uint8Array) => {
    const file = new Uint8Array(4 + 4 * sizes.length + bytes.length), view = new DataView(file.buffer);
    view.setUint32(0, 0x800 + sizes.length);
    sizes.forEach((size, i) => view.setUint32(4 + 4 * i, size));
    file.set(bytes, 4 + 4 * sizes.length);
    return file;
  };
  const labels = (count: number) => idx([count], Uint8Array.from({ length: count }, (_, i) => i % 10));
  const contents = [idx([60, 28, 28], train.bytes), labels(60), idx([20, 28, 28], test.bytes), labels(20)];
  const { files } = datasets.mnist, before = files.map((file) => ({ ...file })), terminal = memoryTerminal();
  await Deno.mkdir(`${cwd}/data`, { recursive: true });
  const tiny = { ...tinyConfig, seeds: 1 };
  const entry: RegistryEntry = {
    name: "vae",
    folder: new URL("../tasks/sources/", import.meta.url),
    load: () => Promise.resolve(vaeExperiment({ quick: tiny, full: tiny })),
  };
  try {
    for (const [i, file] of files.entries()) {
      await Deno.writeFile(`${cwd}/data/${file.name}`, contents[i]);
      Object.assign(file, { sha256: await sha256(contents[i]), bytes: contents[i].length });
    }
    const options = { registry: [entry], cwd, terminal };
    return { code: await reproduce(["vae", "--data", `${cwd}/data`, ...args], options), terminal };
  } finally {
    files.forEach((file, i) => Object.assign(file, before[i]));
  }
}

Deno.test("vae reports bounds, curves and pictures, and what it trained can be served", async () => {
  await inTemporaryFolder(async (cwd) => {
    const { code, terminal } = await run(cwd);
    assert.equal(code, 0, terminal.warned.join("\n"));
    const path = `${cwd}/results/vae/quick`,
      record = parseRecord(await Deno.readTextFile(`${path}.json`), path);
    assert.deepEqual(record.metrics.map(({ name, n, direction }) => [name, n, direction]), [
      ["test_elbo", 2, "higher"],
      ["train_elbo", 2, "higher"],
      ["iw20", 7, "higher"],
      ["iw40", 7, "higher"],
      ["seconds", 1, "lower"],
    ]);
    assert.deepEqual(
      record.artifacts.map(({ path }) => path.replace("vae/quick/", "")).filter((p) =>
        !p.endsWith("vl.json")
      ),
      [
        "curves/test.csv",
        "curves/train.csv",
        ...["elbo", "map", "reconstructions", "samples", "walk"].map((name) => `figures/${name}.svg`),
        "parameters.safetensors",
        "tables/elbo.csv",
      ],
    );
    assert.match(
      await Deno.readTextFile(`${path}/curves/test.csv`),
      /^epoch,seconds,test_elbo\n2,[\d.]+,-\d+/,
    );
    const { metadata, params, vae: read } = await loadVae(`${path}/parameters.safetensors`);
    assert.deepEqual([metadata.experiment, metadata.epochs], ["vae", "3"]);

    const exported = memoryTerminal();
    assert.equal(await exportCommand(["vae", "--out", "repo"], { cwd, terminal: exported }), 0);
    const models = await readRepository(`${cwd}/repo`);
    assert.deepEqual(
      models.map(({ config: { name, maxBatchSize, input, output } }) => [
        name,
        maxBatchSize > 0,
        input.map(({ name, dims }) => `${name} [${dims}]`),
        output.map(({ name, dims }) => `${name} [${dims}]`),
      ]),
      [
        ["vae_decoder", true, ["z [2]"], ["probs [784]"]],
        ["vae_encoder", true, ["images [784]"], ["loc [2]", "scale [2]"]],
      ],
    );
    assert.deepEqual(vaeParts(read, params).decoder(random.normal(random.key(0), [4, 2])).shape, [4, 784]);
  });
});
