import assert from "node:assert/strict";
import { adam, AutoNormal, AutoSemiDAIS, exponentialDecay, Importance } from "../../lib/infer/mod.ts";
import { Predictive, SVI, TraceELBO } from "../../lib/infer/mod.ts";
import { HalfNormal, MultivariateNormal, Normal } from "../../lib/distributions/mod.ts";
import { param, plate, sample, subsample } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), quiet = { progress: false }, data = [1, 2, 4, -1], x = tf.tensor(data);
const lr = exponentialDecay({ init: 0.05, rate: 0.05, every: 500 });

const globalModel = () => sample("mean", new Normal(0, 1));
const localModel = (mean: Tensor, size = 4) => {
  using _data = plate("data", 4, { subsampleSize: size });
  const own = sample("own", new Normal(mean, 0.4));
  sample("x", new Normal(own, 1), { obs: subsample(x as Tensor, 0) });
};
const model = () => localModel(globalModel());

/** The mean of the log weights of draws of a trained guide: its bound. */
async function boundOf(guide: AutoNormal | AutoSemiDAIS): Promise<number> {
  const svi = new SVI(model, guide, adam({ lr }), new TraceELBO({ numParticles: 4 }));
  const { params } = await svi.run(key, 500, [], quiet);
  await svi.release();
  const { logWeights } = await new Importance(model, { guide, params, numSamples: 2000 }).run(key);
  return moments(logWeights).mean;
}

Deno.test("paths of members come nearer to the evidence than normals, and never pass it", async () => {
  const covariance = Array.from(
    { length: 4 },
    (_, i) => Array.from({ length: 4 }, (_, j) => i === j ? 2.16 : 1),
  );
  const [evidence] = new MultivariateNormal(tf.zeros([4]), { covariance }).logProb(data).dataSync();
  const normal = await boundOf(new AutoNormal(model));
  const options = { numSteps: 6, stepSize: 0.1, maxStepSize: 0.5 };
  const paths = await boundOf(new AutoSemiDAIS(model, localModel, new AutoNormal(globalModel), options));
  // What is left is the spread of the mean, which a normal has, and the rest of a path's error.
  assert.ok(normal + 0.1 < paths && paths < evidence + 0.02, `${normal}, ${paths}, ${evidence}`);
});

Deno.test("members may take part in turn: each keeps its own path, and shared settings are one", async () => {
  for (const sharedSettings of [false, true]) {
    const some = () => localModel(globalModel(), 2);
    const guide = new AutoSemiDAIS(some, (mean: Tensor) => localModel(mean, 2), new AutoNormal(globalModel), {
      sharedSettings,
      stepSize: 0.05,
    });
    const { params } = await new SVI(some, guide, adam({ lr })).run(key, 1000, [], quiet);
    assert.deepEqual(params.auto_local_loc.shape, [4, 1]);
    assert.deepEqual(params.auto_local_beta_increments.shape, sharedSettings ? [4] : [4, 4]);
    const whole = new AutoSemiDAIS(model, localModel, new AutoNormal(globalModel), { sharedSettings });
    const { own } = await new Predictive(model, {
      guide: whole.setup(),
      params,
      numSamples: 400,
      returnSites: ["own"],
    })(
      key,
    );
    // Given the data, the mean is 6 / 1.16 / (1 + 4 / 1.16), and a number between it and its datum.
    const mean = 6 / 1.16 / (1 + 4 / 1.16);
    own.mean(0).dataSync().forEach((v: number, i: number) => {
      assert.ok(Math.abs(v - (data[i] + mean * 6.25) / 7.25) < 0.25, `${v} for ${data[i]}`);
    });
  }
});

Deno.test("without global sites the local model has the model's arguments, of any shape and support", async () => {
  function local(shift: Tensor) {
    const lift = param("lift", 0.5);
    using _rows = plate("rows", 3, { dim: -2 });
    const width = sample("width", new HalfNormal(1));
    using _columns = plate("columns", 2, { dim: -1 });
    const z = sample("z", new Normal(tf.zeros([2]), 1).toEvent(1));
    sample("y", new Normal(z.sum(-1).add(shift).add(lift), width), { obs: tf.ones([3, 2]) as Tensor });
  }
  const guide = new AutoSemiDAIS(local, local, undefined, { plate: "rows", numSteps: 2 });
  const { params, losses } = await new SVI(local, guide, adam({ lr })).run(key, 60, [tf.scalar(0.2)], quiet);
  assert.deepEqual(params.auto_local_loc.shape, [3, 1, 5]);
  assert.ok(losses.every(Number.isFinite) && params.lift.dataSync()[0] !== 0.5);
});

Deno.test("mistakes are told", async () => {
  const reject = (guide: AutoSemiDAIS, message: RegExp, vectorizeParticles = false) =>
    assert.rejects(
      new SVI(model, guide, adam({ lr }), new TraceELBO({ numParticles: 2, vectorizeParticles })).init(key),
      message,
    );
  const outer = new AutoNormal(globalModel);
  await reject(new AutoSemiDAIS(model, localModel, outer), /pass vectorizeParticles: false/, true);
  await reject(
    new AutoSemiDAIS(model, localModel, outer, { plate: "rows" }),
    /expected plate "rows" around .* "data"/,
  );
  await reject(
    new AutoSemiDAIS(model, model),
    /latent site "mean" of the local model is not in plate "data"/,
  );
  assert.throws(() => new AutoSemiDAIS(model, 3 as never), /the local model is number, expected a function/);
  assert.throws(() => new AutoSemiDAIS(model, localModel, outer).median(), /draw by Predictive/);
});
