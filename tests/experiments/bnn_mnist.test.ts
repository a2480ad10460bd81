import assert from "node:assert/strict";
import { exportCommand } from "../../tasks/export.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import {
  inverted,
  overlaid,
  rotated,
  shuffledTiles,
  strangers,
} from "../../experiments/bnn_mnist/distortions.ts";
import { batchOf, type Digits, firstDigits } from "../../experiments/bnn_mnist/images.ts";
import { trainingOf } from "../../experiments/bnn_mnist/methods.ts";
import { bnnExperiment } from "../../experiments/bnn_mnist/mod.ts";
import { together } from "../../experiments/bnn_mnist/networks.ts";
import { summaryOf } from "../../experiments/bnn_mnist/posterior.ts";
import { ANGLES, type BnnConfig, profiles, SYSTEMS } from "../../experiments/bnn_mnist/settings.ts";
import { textRule } from "../../experiments/bnn_mnist/text_rule.ts";
import { train, type TrainOptions } from "../../experiments/bnn_mnist/train.ts";
import { Checkpoints, NonFiniteError } from "../../lib/infer/mod.ts";
import { loadBayesianClassifier } from "../../lib/models/mod.ts";
import { parseRecord } from "../../lib/results/mod.ts";
import { loadModel, readRepository } from "../../lib/serve/mod.ts";
import { random, tf, toHostArray } from "../../lib/tensor/mod.ts";
import { memoryTerminal } from "../tasks/fake.ts";
import { inTemporaryFolder } from "../temporary.ts";

/** Images of 4 by 4 pixels: digit d has its ink at pixel d. */
function made(count: number): Digits {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10), bytes = new Uint8Array(16 * count);
  labels.forEach((digit, i) => bytes[16 * i + digit] = 255);
  return { bytes, labels, count, side: 4 };
}

const setting = {
  ...trainingOf("scaled", [16, 8, 10], 50),
  learningRate: 0.01,
  epochs: 3,
  batch: 20,
  checkpointMinutes: 0,
};
const options = (folder: string, rest: Partial<TrainOptions> = {}): TrainOptions => ({
  folder,
  resume: false,
  marks: {},
  ...rest,
});

Deno.test("a training that was ended and resumed gives the numbers of one that never stopped", async () => {
  await inTemporaryFolder(async (folder) => {
    const digits = made(50), key = random.key(0);
    const whole = await train(setting, digits, key, options(`${folder}/whole`));
    assert.equal(whole.losses.length, 3);
    const stop = new AbortController(), own = `${folder}/cut`;
    await train(setting, digits, key, options(own, { signal: stop.signal, tell: () => stop.abort() }));
    const rest = await train(setting, digits, key, options(own, { resume: true }));
    assert.deepEqual([rest.params, rest.losses], [whole.params, whole.losses]);
    await assert.rejects(
      train(setting, digits, key, options(own, { resume: true, marks: { hidden: 9 } })),
      /hidden/,
    );
  });
});

Deno.test("training refuses a batch larger than the data, and keeps the last good state where it diverges", async () => {
  await inTemporaryFolder(async (folder) => {
    await assert.rejects(train({ ...setting, batch: 51 }, made(50), random.key(0), options(folder)), {
      message: "Cannot train on 50 images: batch is 51, expected a number from 1 to 50",
    });
    let epochs = 0;
    const own = trainingOf("plain", [16, 8, 10], 50);
    const model: typeof own.model = (images, labels) =>
      own.model(epochs > 0 ? images.div(0) : images, labels);
    const failing = { ...setting, ...own, model, learningRate: 1e30, checkpointMinutes: 1e9 };
    const error = await train(failing, made(50), random.key(0), options(folder, { tell: () => epochs++ }))
      .then(() => undefined, (e) => e);
    assert.ok(error instanceof NonFiniteError, String(error));
    assert.match(error.message, /Cannot go on training: at step \d+ .*because/);
    const kept = await new Checkpoints(folder).latest();
    assert.equal(kept?.state.step ?? 0, epochs * 3);
  });
});

Deno.test("firstDigits() names the digits that never occur", () => {
  const { bytes: images, labels, count } = made(8), part = { images, labels, count, rows: 4, columns: 4 };
  assert.throws(() => firstDigits(part, 8, "training"), {
    message:
      "Cannot use 8 training images: none shows 8 or 9, expected every digit from 0 to 9; take more images",
  });
  assert.throws(() => firstDigits(part, 9, "test"), { message: "Cannot take 9 test images: there are 8" });
});

Deno.test("images are turned, inverted, cut into tiles and laid over each other", () => {
  const images = { bytes: Uint8Array.from({ length: 32 }, (_, i) => 8 * i), count: 2, side: 4 };
  assert.deepEqual(rotated(images, 0).bytes, images.bytes);
  assert.deepEqual(rotated(rotated(images, 90), 270).bytes, images.bytes);
  // Against the clock the upper right corner goes to the upper left one.
  assert.equal(rotated(images, 90).bytes[0], images.bytes[3]);
  assert.deepEqual(
    [...rotated(images, 180).bytes.subarray(0, 16)],
    [...images.bytes.subarray(0, 16)].reverse(),
  );
  assert.deepEqual(inverted(inverted(images)).bytes, images.bytes);
  const tiles = shuffledTiles(images, random.key(0)).bytes;
  assert.deepEqual([...tiles.subarray(0, 16)].sort(), [...images.bytes.subarray(0, 16)].sort());
  assert.notDeepEqual(tiles, images.bytes);
  assert.deepEqual([...overlaid(images).bytes], [...images.bytes.subarray(16), ...images.bytes.subarray(16)]);
  const strange = strangers({ ...images, count: 2 }, 1, ANGLES);
  assert.deepEqual([strange.noise.count, strange.rotated.length, strange.distorted.tiles.count], [2, 13, 1]);
  assert.deepEqual(batchOf(images, [1]).data[0], Math.fround(128 / 255));
});

Deno.test("the text's rule answers where the median of a class exceeds 0.2", () => {
  const sure = (digit: number) => Array.from({ length: 10 }, (_, c) => c === digit ? 9 : 0),
    unsure = Array(10).fill(0);
  const network = (...rows: number[][]) => Float32Array.from(rows.flat());
  const logits = [
    network(sure(3), sure(1), unsure),
    network(sure(3), sure(2), unsure),
    network(sure(4), unsure, unsure),
  ];
  // Of the second image the medians are below 0.2, and of the third; the mean of two says 1 and 0.
  assert.deepEqual(textRule(logits, [3, 1, 5], 2), { forced: 2 / 3, kept: 1 / 3, keptAccuracy: 1 });
});

Deno.test("a mean field that is the prior has divergence 0", () => {
  const array = (...values: number[]) => ({ data: Float64Array.from(values), shape: [values.length] });
  const one = Math.log(Math.E - 1);
  const prior = summaryOf({ "w.loc": array(0, 0) as never, "w.rho": array(one, one) as never });
  assert.ok(Math.abs(prior.sd - 1) < 1e-12 && prior.loc === 0 && Math.abs(prior.divergence) < 1e-12);
});

Deno.test("together() puts networks side by side", () => {
  const network = (value: number, count: number) => ({
    layers: [{
      weight: toHostArray(tf.fill([count, 3, 2], value)),
      bias: toHostArray(tf.fill([count, 3], value)),
    }],
  });
  const { layers: [{ weight, bias }] } = together([network(1, 1), network(2, 2)]);
  assert.deepEqual([weight.shape, bias.shape], [[3, 3, 2], [3, 3]]);
  assert.deepEqual([...bias.data], [1, 1, 1, 2, 2, 2, 2, 2, 2]);
});

const tiny: BnnConfig & { seeds: number } = {
  ...profiles.quick,
  training: { ...profiles.quick.training, hidden: 6, epochs: 1 },
  seeds: 2,
  trainImages: 300,
  testImages: 100,
  changedImages: 10,
  networks: 3,
  ruleNetworks: 4,
  members: 2,
};

Deno.test("bnn_mnist reports every system, and exports a classifier of ten networks for any batch", async () => {
  await inTemporaryFolder(async (cwd) => {
    const experiment = { ...bnnExperiment({ quick: tiny, full: tiny }), recovery: () => ({}) };
    const entry: RegistryEntry = {
      name: "bnn_mnist",
      folder: new URL("../tasks/sources/", import.meta.url),
      load: () => Promise.resolve(experiment),
    };
    const terminal = memoryTerminal();
    const args = ["bnn_mnist", "--data", "simulated"];
    assert.equal(await reproduce(args, { registry: [entry], cwd, terminal }), 0, terminal.warned.join("\n"));
    const path = `${cwd}/.pyrosaur/simulated/bnn_mnist/quick`;
    const record = parseRecord(await Deno.readTextFile(`${path}.json`), path);
    const metric = (name: string) => record.metrics.find((m) => m.name === name);
    for (const system of SYSTEMS) {
      for (const name of ["accuracy", "nll", "ece", "auroc_noise", "auroc_rotated", "area_rejection"]) {
        const found = metric(`${system}/${name}`);
        assert.ok(found?.n === 2 && Number.isFinite(found.value) && found.se! >= 0, `${system}/${name}`);
      }
    }
    assert.equal(metric("plain/posterior/sd"), undefined);
    const { classifier, metadata } = await loadBayesianClassifier(`${path}/parameters.safetensors`);
    assert.deepEqual([classifier.options, metadata.method], [
      { sizes: [784, 6, 10], dataSize: 300 },
      "scaled",
    ]);

    const exported = ["bnn_mnist", "--parameters", `${path}/parameters.safetensors`, "--out", "repo"];
    assert.equal(await exportCommand(exported, { cwd, terminal: memoryTerminal() }), 0);
    const [{ config, versions }] = await readRepository(`${cwd}/repo`);
    assert.deepEqual(
      [
        config.name,
        config.maxBatchSize,
        config.input.map((i) => i.dims),
        config.output.map((o) => [o.name, o.dims]),
      ],
      ["bnn_mnist", 1024, [[784]], [["entropy", [1]], ["probabilities", [10]]]],
    );
    const model = await loadModel(await Deno.readFile(versions[0].path));
    const { entropy, probabilities } = await model.run({ images: toHostArray(tf.fill([7, 784], 0.5)) });
    await model.release();
    assert.deepEqual([entropy.shape, probabilities.shape], [[7], [7, 10]]);
    const own = Array.from(probabilities.data).slice(0, 10);
    assert.ok(Math.abs(entropy.data[0] + own.reduce((sum, p) => sum + p * Math.log(p), 0)) < 1e-5);
  });
});
