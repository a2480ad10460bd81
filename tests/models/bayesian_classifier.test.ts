import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { adam, NonFiniteError, SVI, TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import {
  bayesianClassifier,
  type BayesianClassifierOptions,
  classifierNetworks,
  classifierPredictive,
  encodeBayesianClassifier,
  loadBayesianClassifier,
  networkLogits,
} from "../../lib/models/mod.ts";
import { parameterShapes } from "../../lib/nn/mod.ts";
import { seed, trace } from "../../lib/ppl/mod.ts";
import {
  encodeSafetensors,
  type HostArray,
  random,
  type Tensor,
  tf,
  toHostArray,
} from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

const SIZES = [2, 8, 3], COUNT = 300;

/** Three clouds of points around corners of a triangle, one class each. */
function clouds(): { inputs: Tensor; labels: Tensor } {
  const centres = [[2, 0], [-2, 2], [-2, -2]], noise = random.normal(random.key(7), [COUNT, 2]);
  const classes = Array.from({ length: COUNT }, (_, i) => i % 3);
  return {
    inputs: tf.tensor2d(classes.map((c) => centres[c])).add(noise.mul(0.4)),
    labels: tf.tensor1d(classes, "int32"),
  };
}

/** Trains on batches of 30; returns the guide's parameters. */
async function trained(options: BayesianClassifierOptions, steps = 400): Promise<Record<string, HostArray>> {
  const { inputs, labels } = clouds(), classifier = bayesianClassifier({ sizes: SIZES, ...options });
  const svi = new SVI(classifier.model, classifier.guide, adam({ lr: 0.05 }), new TraceMeanFieldELBO());
  const args = (step: number) => [inputs.slice([step % 10 * 30], [30]), labels.slice([step % 10 * 30], [30])];
  const { state } = await svi.run(random.key(0), steps, args, { progress: false });
  await svi.release();
  return state.params as Record<string, HostArray>;
}

async function accuracyAndEntropy(params: Record<string, HostArray>) {
  const { inputs, labels } = clouds(), classifier = bayesianClassifier({ sizes: SIZES });
  const networks = classifierNetworks(classifier, params, random.key(3), 20);
  const { probabilities, entropy } = await compile(classifierPredictive(networks))(inputs);
  const found = probabilities.argMax(1).dataSync(), expected = labels.dataSync();
  return {
    accuracy: found.filter((c, i) => c === expected[i]).length / COUNT,
    entropy: entropy.mean().dataSync()[0],
  };
}

Deno.test("a classifier that counts the likelihood of all data is surer than one that counts a batch alone", async () => {
  const scaled = await accuracyAndEntropy(await trained({ dataSize: COUNT }));
  const local = await accuracyAndEntropy(await trained({ dataSize: COUNT, localReparameterisation: true }));
  const alone = await accuracyAndEntropy(await trained({}));
  assert.ok(scaled.accuracy > 0.97 && local.accuracy > 0.97, `${scaled.accuracy}, ${local.accuracy}`);
  assert.ok(alone.entropy > 2 * scaled.entropy, `${alone.entropy}, ${scaled.entropy}`);
});

Deno.test("with dataSize the labels' log density is that of all data", () => {
  const { inputs, labels } = clouds(), batch = [inputs.slice([0], [30]), labels.slice([0], [30])] as const;
  const [scaled, alone] = [{ dataSize: COUNT }, {}].map((options) => {
    const { model } = bayesianClassifier({ sizes: SIZES, ...options });
    return trace(seed(model, random.key(1))).get(...batch).sampleSite("labels").logProbSum.dataSync()[0];
  });
  assert.ok(Math.abs(scaled - 10 * alone) < 1e-3 * Math.abs(scaled));
});

Deno.test("several networks together: the mean of their probabilities, and its entropy", () => {
  const { family } = bayesianClassifier({ sizes: SIZES }), own = family.net.init(random.key(0));
  const networks = family.draw(random.key(1), own, 4), x = clouds().inputs.slice([0], [5]);
  const logits = networkLogits(networks, x).arraySync() as number[][][];
  const { probabilities, entropy } = classifierPredictive(networks)(x);
  const rows = probabilities.arraySync() as number[][], entropies = entropy.dataSync();
  rows.forEach((row, r) => {
    const softmaxes = logits.map((of) => {
      const e = of[r].map(Math.exp), sum = e.reduce((a, b) => a + b);
      return e.map((v) => v / sum);
    });
    row.forEach((p, c) => assert.ok(Math.abs(p - softmaxes.reduce((s, q) => s + q[c], 0) / 4) < 1e-5));
    assert.ok(Math.abs(entropies[r] + row.reduce((s, p) => s + (p > 0 ? p * Math.log(p) : 0), 0)) < 1e-5);
  });
});

Deno.test("a trained classifier is stored with its sizes, and read again", async () => {
  await inTemporaryFolder(async (folder) => {
    const classifier = bayesianClassifier({ sizes: SIZES, dataSize: 60 }), path = `${folder}/p.safetensors`;
    const shapes = Object.entries(parameterShapes("net", classifier.family.net));
    const params = Object.fromEntries(
      shapes.map(([name, shape], i) => [name, toHostArray(random.normal(random.key(i), shape))]),
    );
    await Deno.writeFile(path, encodeBayesianClassifier(params, classifier, { profile: "quick" }));
    const read = await loadBayesianClassifier(path);
    assert.deepEqual([read.params, read.classifier.options, read.metadata], [params, classifier.options, {
      profile: "quick",
    }]);
    const { "net.layers[0].bias.loc": loc } = params;
    await Deno.writeFile(path, encodeSafetensors({ tensors: { "layers.0.bias.loc": loc }, metadata: {} }));
    await assert.rejects(loadBayesianClassifier(path), /it lacks "layers.0.bias.rho"/);
    await assert.rejects(loadBayesianClassifier(`${folder}/none`), /Cannot read the parameters/);
  });
});

Deno.test("NaN in training is named by site and step, and the state before it is kept", async () => {
  const { inputs, labels } = clouds(),
    { model, guide } = bayesianClassifier({ sizes: SIZES, dataSize: COUNT });
  const svi = new SVI(model, guide, adam({ lr: 0.01 }), new TraceELBO()), damaged = inputs.mul(NaN);
  const args = (step: number) => [step === 3 ? damaged : inputs, labels];
  const error = await svi.run(random.key(0), 6, args, { progress: false }).then(() => undefined, (e) => e);
  assert.ok(error instanceof NonFiniteError);
  assert.deepEqual([error.step, error.site, error.state.step], [3, "labels", 3]);
  const { state } = await svi.run(random.key(0), 3, args, { progress: false });
  assert.deepEqual(error.state.params, state.params);
  await svi.release();
});

Deno.test("bayesianClassifier() refuses sizes, labels and inputs that do not fit", async () => {
  const { inputs, labels } = clouds();
  assert.throws(() => bayesianClassifier({ sizes: [2, 0, 3] }), /Cannot make mlp: sizes\[1\] is 0/);
  assert.throws(() => bayesianClassifier({ dataSize: 0 }), {
    message: "Cannot make a Bayesian classifier: dataSize is 0, expected a positive integer",
  });
  const run = (options: BayesianClassifierOptions, ...args: [Tensor, Tensor]) => {
    const { model, guide } = bayesianClassifier({ sizes: SIZES, ...options });
    return new SVI(model, guide, adam({ lr: 0.01 })).init(random.key(0), ...args);
  };
  await assert.rejects(
    run({}, inputs, labels.slice([0], [9])),
    /Cannot classify: labels have shape \[9\], expected one for each row of inputs \[300, 2\]/,
  );
  await assert.rejects(run({ sizes: [5, 3] }, inputs, labels), /the input has shape \[300,2\], expected 5/);
  await assert.rejects(
    run({ dataSize: 10 }, inputs, labels),
    /subsampleSize is 300, expected an integer from 1 to/,
  );
  await assert.rejects(
    run({}, inputs, labels.add(1).cast("int32")),
    /site "labels"\. Cannot score Categorical: value has 3 at/,
  );
});
