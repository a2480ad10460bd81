import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, grad } from "../../lib/compile/mod.ts";
import { Bernoulli, withoutValidation } from "../../lib/distributions/mod.ts";
import { adam, SVI } from "../../lib/infer/mod.ts";
import { encodeVae, GreyBernoulli, loadVae, vae, vaeParts } from "../../lib/models/mod.ts";
import { seed, substitute, trace } from "../../lib/ppl/mod.ts";
import {
  encodeSafetensors,
  type HostArray,
  random,
  type Tensor,
  tf,
  toHostArray,
} from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

const SIZES = { inputDim: 6, hiddenDim: 4, zDim: 2 }, tiny = vae(SIZES);
const images = random.uniform(random.key(0), [3, 6]) as Tensor;

/** First parameters, as arrays and as tensors by name. */
const run = trace(seed(tiny.reconstruct, random.key(1))).get(images);
const params: Record<string, HostArray> = Object.fromEntries(
  run.paramSites.map(({ name, value }) => [name, toHostArray(value)]),
);
const data = Object.fromEntries(run.paramSites.map(({ name, value }) => [name, value]));

const close = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void => {
  assert.equal(found.length, expected.length);
  Array.from(expected, (e, i) => assert.ok(Math.abs(found[i] - e) <= tolerance, `${found[i]}, not ${e}`));
};

Deno.test("vae() has the sites z and x in the plate of the images, and the parameters of Pyro's example", () => {
  const model = trace(seed(tiny.model, random.key(0))).get(images);
  assert.deepEqual(model.sampleSites.map(({ name, isObserved }) => [name, isObserved]), [
    ["z", false],
    ["x", true],
  ]);
  assert.deepEqual(model.sampleSite("x").plates.map(({ name }) => name), ["data"]);
  assert.deepEqual(model.value("z").shape, [3, 2]);
  assert.deepEqual(
    Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape])),
    {
      "encoder.fc1.weight": [4, 6],
      "encoder.fc1.bias": [4],
      "encoder.fc21.weight": [2, 4],
      "encoder.fc21.bias": [2],
      "encoder.fc22.weight": [2, 4],
      "encoder.fc22.bias": [2],
      "decoder.fc1.weight": [4, 2],
      "decoder.fc1.bias": [4],
      "decoder.fc21.weight": [6, 4],
      "decoder.fc21.bias": [6],
    },
  );
});

Deno.test("vae() has the example's sizes by default", () => {
  assert.deepEqual(vae().options, { inputDim: 784, hiddenDim: 400, zDim: 50 });
});

Deno.test("vae() says what sizes and images it takes", () => {
  assert.throws(() => vae({ zDim: 0 }), {
    message: "Cannot make a variational autoencoder: zDim is 0, expected a positive integer",
  });
  assert.throws(() => vae({ zdim: 2 } as never), /zdim.*did you mean.*zDim/);
  for (const shape of [[2, 28, 28], [784], [2, 7]]) {
    const found = `the images have shape [${
      shape.join(", ")
    }], expected [batch, 6]; flatten them, or give inputDim`;
    assert.throws(
      () => trace(seed(tiny.model, random.key(0))).get(tf.zeros(shape)),
      (error: Error) => error.message.startsWith(`Cannot run the variational autoencoder: ${found}`),
    );
  }
});

Deno.test("images that are no grey values from 0 to 1 are refused at their site", async () => {
  const svi = new SVI(tiny.model, tiny.guide, adam({ lr: 1e-3 }));
  for (const wrong of [255, -0.1, NaN]) {
    await assert.rejects(
      svi.init(random.key(0), tf.fill([3, 6], wrong)),
      /site "x".*GreyBernoulli/s,
      `${wrong}`,
    );
  }
  await svi.release();
});

Deno.test("a grey value that no check sees has log density -Infinity in every engine", async () => {
  const score = (x: Tensor) => withoutValidation(() => new GreyBernoulli([0.3, -2, 0]).logProb(x));
  for (const engine of ["js", "onnx", "tfjs"] as const) {
    const compiled = compile(score, { engine });
    const found = await compiled.arrays({ data: Float32Array.of(1.5, 0.25, -1), shape: [3] });
    assert.deepEqual([found.data[0], found.data[2]], [-Infinity, -Infinity], engine);
    close([found.data[1]], [0.25 * -2 - Math.log1p(Math.exp(-2))]);
    await compiled.release();
  }
});

Deno.test("GreyBernoulli scores a grey value as its 0s and 1s on average, and its slopes are finite", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: -80, max: 80, noNaN: true }),
      (v, l) => {
        const value = Math.fround(v), logits = Math.fround(l);
        const black = new Bernoulli({ logits }).logProb(1).dataSync()[0];
        const white = new Bernoulli({ logits }).logProb(0).dataSync()[0];
        const [found] = new GreyBernoulli(logits).logProb(value).dataSync();
        assert.ok(Math.abs(found - (value * black + (1 - value) * white)) < 1e-5 * Math.max(1, Math.abs(l)));
        const slope = grad((at: Tensor) => new GreyBernoulli(at).logProb(value))(tf.scalar(logits)) as Tensor;
        close(slope.dataSync(), [value - 1 / (1 + Math.exp(-logits))], 1e-6);
      },
    ),
  );
});

Deno.test("GreyBernoulli draws black and white, as often as the log odds say", () => {
  const drawn = new GreyBernoulli([-1, 2]).sample(random.key(0), [4000]).arraySync() as number[][];
  assert.ok(drawn.flat().every((x) => x === 0 || x === 1));
  [-1, 2].forEach((logit, i) => {
    const p = 1 / (1 + Math.exp(-logit)), share = drawn.reduce((sum, row) => sum + row[i], 0) / 4000;
    assert.ok(Math.abs(share - p) < 4 * Math.sqrt(p * (1 - p) / 4000), `${share}, not ${p}`);
    close([new GreyBernoulli([-1, 2]).mean.dataSync()[i]], [p]);
  });
});

Deno.test("reconstruct() is the decoder at the guide's z", () => {
  const image = seed(substitute(tiny.reconstruct, { data }), random.key(2))(images);
  const z = trace(seed(substitute(tiny.guide, { data }), random.key(2))).get(images).value("z");
  close(image.dataSync(), vaeParts(tiny, params).decoder(z).dataSync());
});

Deno.test("vaeParts() are the networks of model and guide", () => {
  const { encoder, decoder } = vaeParts(tiny, params);
  const guide = trace(seed(substitute(tiny.guide, { data }), random.key(0))).get(images);
  const { loc, scale } = encoder(images);
  close(guide.sampleSite("z").distribution.mean.dataSync(), loc.dataSync());
  close(guide.sampleSite("z").distribution.variance.dataSync(), scale.square().dataSync());
  const z = random.normal(random.key(3), [5, 3, 2]);
  assert.deepEqual(decoder(z).shape, [5, 3, 6]);
  assert.ok(decoder(z).dataSync().every((p) => p > 0 && p < 1));
});

Deno.test("encodeVae() and loadVae() keep parameters, sizes and further entries", async () => {
  await inTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a`, encodeVae(params, tiny, { epochs: "3" }));
    const read = await loadVae(`${folder}/a`);
    assert.deepEqual([read.params, read.vae.options, read.metadata], [params, SIZES, { epochs: "3" }]);
    // A state_dict of PyTorch's has no sizes beside it.
    await Deno.writeFile(`${folder}/b`, encodeSafetensors({ tensors: params, metadata: {} }));
    assert.deepEqual((await loadVae(`${folder}/b`)).vae.options, SIZES);
  });
});

Deno.test("parameters that are not an autoencoder's are refused by name", async () => {
  const { "decoder.fc21.bias": bias, ...rest } = params;
  const wrong = { ...rest, "decoder.fc21.bias": { data: bias.data.slice(1), shape: [5] } };
  const nan = { ...rest, "decoder.fc21.bias": { data: bias.data.slice().fill(NaN), shape: [6] } };
  assert.throws(() => encodeVae(rest, tiny), {
    message: 'Cannot load the parameters: it lacks "decoder.fc21.bias"',
  });
  assert.throws(
    () => vaeParts(tiny, { ...params, "decoder.fc3.bias": bias }),
    /the module has no "decoder.fc3.bias"/,
  );
  assert.throws(() => encodeVae(wrong, tiny), /"decoder.fc21.bias".*\[5\].*\[6\]/);
  assert.throws(() => encodeVae(nan, tiny), /"decoder.fc21.bias".*NaN/);
  await inTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a`, encodeSafetensors({ tensors: rest, metadata: {} }));
    await assert.rejects(loadVae(`${folder}/a`), {
      message: `Cannot load ${folder}/a: it lacks "decoder.fc21.bias"`,
    });
    await assert.rejects(
      loadVae(`${folder}/none`),
      /Cannot read the parameters .*none: there is no such file/,
    );
  });
});
