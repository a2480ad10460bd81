import assert from "node:assert/strict";
import {
  adam,
  AutoDAIS,
  type AutoDAISOptions,
  AutoNormal,
  AutoSurrogateLikelihoodDAIS,
} from "../../lib/infer/mod.ts";
import { exponentialDecay, Predictive, SVI, TraceELBO } from "../../lib/infer/mod.ts";
import { constraints, HalfNormal, Normal } from "../../lib/distributions/mod.ts";
import { param, plate, sample, scale, subsample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0),
  quiet = { progress: false },
  lr = exponentialDecay({ init: 0.05, rate: 0.1, every: 600 });

/** Two numbers that are strongly correlated: the evidence is 1. */
const narrow = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 0.4));

async function elboOf(guide: AutoDAIS | AutoNormal): Promise<number> {
  const loss = new TraceELBO({ numParticles: 8, vectorizeParticles: true });
  const svi = new SVI(narrow, guide, adam({ lr }), loss), { state } = await svi.run(key, 600, [], quiet);
  const many = new SVI(
    narrow,
    guide,
    adam({ lr }),
    new TraceELBO({ numParticles: 2000, vectorizeParticles: true }),
  );
  const value = -await many.evaluate(state);
  await svi.release();
  await many.release();
  return value;
}

Deno.test("with more steps the bound of AutoDAIS comes nearer to the evidence, which it never passes", async () => {
  const start = await elboOf(new AutoNormal(narrow));
  const options: AutoDAISOptions = { stepSize: 0.1, maxStepSize: 0.5 };
  const short = await elboOf(new AutoDAIS(narrow, { ...options, numSteps: 3 }));
  const long = await elboOf(new AutoDAIS(narrow, { ...options, numSteps: 8 }));
  // The best independent normal has the precisions 1 + 1 / 0.16 and 1 / 0.16.
  assert.ok(Math.abs(start + Math.log(7.25) / 2) < 0.1, `${start}`);
  assert.ok(start + 0.05 < short && short + 0.05 < long && long < 0.02, `${start}, ${short}, ${long}`);
});

Deno.test("draws, medians and predictions of AutoDAIS take the arguments of the model", async () => {
  function model(x: Tensor) {
    const shift = param("shift", 1), width = sample("width", new HalfNormal(2));
    using _data = plate("data", 3);
    sample("x", new Normal(shift, width), { obs: x });
  }
  const x = tf.tensor([0, 2, 4]), guide = new AutoDAIS(model, { numSteps: 2, baseDist: "cholesky" });
  const svi = new SVI(model, guide, adam({ lr: 0.02 })), { params } = await svi.run(key, 200, [x], quiet);
  await svi.release();
  assert.ok(params.shift.dataSync()[0] !== 1);
  const { width } = guide.sampleLatent(key, params, [200], x);
  assert.deepEqual(width.shape, [200]);
  assert.ok(width.min().dataSync()[0] > 0);
  assert.deepEqual(guide.median(params, x).width.shape, []);
  const predicted = await new Predictive(model, { guide, params, numSamples: 4, returnSites: ["width"] })(
    key,
    x,
  );
  assert.deepEqual(predicted.width.shape, [4]);
  assert.throws(() => guide.getPosterior(), /it has no closed form/);
});

Deno.test("AutoSurrogateLikelihoodDAIS learns its surrogate's weights, and the model may subsample", async () => {
  const data = tf.linspace(-1, 3, 400), few = tf.linspace(-1, 3, 8);
  const prior = () => sample("mean", new Normal(0, 1));
  function model() {
    const mean = prior();
    using _data = plate("data", 400, { subsampleSize: 40 });
    sample("x", new Normal(mean, 1), { obs: subsample(data as Tensor, 0) });
  }
  function surrogate() {
    const mean = prior(), weights = param("weights", tf.fill([8], 40), { constraint: constraints.positive });
    using _few = plate("few", 8);
    using _weights = scale(weights);
    sample("x", new Normal(mean, 1), { obs: few as Tensor });
  }
  const guide = new AutoSurrogateLikelihoodDAIS(model, surrogate, { stepSize: 0.02 });
  const svi = new SVI(model, guide, adam({ lr: 0.02 })), { params } = await svi.run(key, 500, [], quiet);
  await svi.release();
  assert.ok((params.weights.sub(40).abs() as Tensor).max().dataSync()[0] > 0.01);
  const { mean } = guide.sampleLatent(key, params, [400]);
  // The posterior is Normal(400 / 401, 1 / sqrt 401).
  assert.ok(Math.abs(mean.mean().dataSync()[0] - 400 / 401) < 0.05);
  await assert.rejects(new SVI(model, new AutoDAIS(model), adam({ lr })).init(key), {
    message: /^Cannot use AutoDAIS: plate "data" takes part of its members at a time/,
  });
});

Deno.test("settings out of range throw", () => {
  for (
    const [options, message] of [
      [{ numSteps: 0 }, "numSteps is 0, expected a positive integer"],
      [{ stepSize: 0.2 }, "stepSize is 0.2, expected a number above 0 and below maxStepSize, 0.1"],
      [{ damping: 1 }, "damping is 1, expected a number between 0 and 1"],
      [{ baseDist: "full" as never }, 'baseDist is full, expected "diagonal" or "cholesky"'],
    ] as const
  ) assert.throws(() => new AutoDAIS(narrow, options), { message: `Cannot make AutoDAIS: ${message}` });
});
