import assert from "node:assert/strict";
import { adam, AutoStructured, type AutoStructuredOptions, exponentialDecay } from "../../lib/infer/mod.ts";
import { Importance, MCMC, NeuTraReparam, NUTS, SVI, TraceELBO } from "../../lib/infer/mod.ts";
import { constraints, Normal, StudentT } from "../../lib/distributions/mod.ts";
import { param, plate, sample } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), x = tf.tensor([1, 2, 4]), quiet = { progress: false };

/** A mean, and three numbers around it with an observation each: all is normal. */
function model(x: Tensor) {
  const mean = sample("mean", new Normal(0, 2));
  using _data = plate("data", 3);
  const own = sample("own", new Normal(mean, 1));
  sample("x", new Normal(own, 0.5), { obs: x });
}

async function fitted(options?: AutoStructuredOptions) {
  const guide = new AutoStructured(model, options);
  const lr = exponentialDecay({ init: 0.05, rate: 0.03, every: 800 });
  const svi = new SVI(
    model,
    guide,
    adam({ lr }),
    new TraceELBO({ numParticles: 8, vectorizeParticles: true }),
  );
  const { params, losses } = await svi.run(key, 800, [x], quiet);
  await svi.release();
  return { guide, params, loss: losses.subarray(-100).reduce((a, b) => a + b) / 100 };
}

Deno.test("AutoStructured is exact where the posterior is normal: sites depend on those that they meet", async () => {
  const { guide, params } = await fitted({ conditionals: "normal" });
  assert.deepEqual(
    Object.keys(params),
    ["mean_auto_loc", "mean_auto_scale", "own_auto_loc", "own_auto_scale", "own_auto_weight_mean"],
  );
  // The mean given the data: precision 1/4 + 3 / 1.25. Given it, a number has precision 1 + 4.
  const precision = 1 / 4 + 3 / 1.25, mean = 7 / 1.25 / precision;
  const near = (name: string, expected: number[], by: number) =>
    expected.forEach((v, i) =>
      assert.ok(Math.abs(params[name].dataSync()[i] - v) < by, `${params[name]}: ${expected}`)
    );
  near("mean_auto_loc", [mean], 0.05);
  near("mean_auto_scale", [1 / Math.sqrt(precision)], 0.05);
  near("own_auto_loc", [1, 2, 4].map((x) => (4 * x + mean) / 5), 0.05);
  near("own_auto_scale", Array(3).fill(1 / Math.sqrt(5)), 0.05);
  near("own_auto_weight_mean", Array(3).fill(1 / 5), 0.08);
  // Draws, variances and densities of any value agree with that normal.
  const posterior = guide.getPosterior(params), draws = posterior.sample(random.key(1), [4000]);
  const variance = tf.moments(draws, 0).variance.dataSync();
  posterior.variance.dataSync().forEach((v: number, i: number) =>
    assert.ok(Math.abs(variance[i] / v - 1) < 0.1)
  );
  const own = posterior.logProb(draws).dataSync(), again = posterior.logProb(draws.clone()).dataSync();
  own.forEach((v: number, i: number) => assert.ok(Math.abs(v - again[i]) < 1e-3));
  assert.deepEqual(guide.sampleLatent(key, params, [2]).own.shape, [2, 3]);
  assert.deepEqual(guide.quantiles(params, [0.1, 0.9]).own.shape, [2, 3]);
});

Deno.test("points, full conditionals and functions: each has its parameters, and the density its terms", async () => {
  const shear = (deviation: Tensor) => deviation.tanh().mul(0.5);
  const { guide, params } = await fitted({
    conditionals: { mean: "delta", own: "mvn" },
    dependencies: { own: { mean: shear } },
  });
  assert.deepEqual(
    Object.keys(params),
    ["mean_auto_loc", "own_auto_loc", "own_auto_scale", "own_auto_scale_tril"],
  );
  const posterior = guide.getPosterior(params), draws = posterior.sample(random.key(1), [5]);
  assert.ok(draws.slice([0, 0], [5, 1]).sub(params.mean_auto_loc).abs().max().dataSync()[0] < 1e-6);
  const [own, again] = [draws, draws.clone()].map((x) => posterior.logProb(x).dataSync());
  own.forEach((v: number, i: number) => assert.ok(Math.abs(v - again[i]) < 1e-3));
});

Deno.test("mistakes are named", async () => {
  assert.throws(() => new AutoStructured(model, { conditionals: "flow" as never }), {
    message:
      'Cannot make AutoStructured: the conditional is flow, expected "delta", "normal", "mvn", "autoregressive" or a function',
  });
  const rejects = (options: AutoStructuredOptions, message: RegExp) =>
    assert.rejects(
      new SVI(model, new AutoStructured(model, options), adam({ lr: 0.1 })).init(key, x),
      message,
    );
  await rejects(
    { conditionals: { other: "mvn" } },
    /^Error: Cannot use AutoStructured: the model has no latent site "other"; it has "mean", "own"/,
  );
  await rejects(
    { dependencies: { own: { mean: "linear" }, mean: { own: "linear" } } },
    /^Error: Cannot use AutoStructured: site "mean" depends on itself, by way of others or at once/,
  );
});

Deno.test("a function draws a conditional, here one with heavy tails, and what it registers is learned", async () => {
  const heavy = () => void sample("z", new StudentT(3, 1, 2));
  const conditional = (size: number) => {
    const scale = param("width", 1, { constraint: constraints.positive });
    return sample("deviation", new StudentT(3, 0, scale).expand([size]).toEvent(1));
  };
  const guide = new AutoStructured(heavy, { conditionals: { z: conditional } });
  const svi = new SVI(
    heavy,
    guide,
    adam({ lr: exponentialDecay({ init: 0.1, rate: 0.03, every: 800 }) }),
    new TraceELBO({ numParticles: 8, vectorizeParticles: true }),
  );
  const { params } = await svi.run(key, 800, [], quiet);
  await svi.release();
  const [width, loc] = [params.width, params.z_auto_loc].map((value) => value.dataSync()[0]);
  assert.ok(Math.abs(width - 2) < 0.15 && Math.abs(loc - 1) < 0.2, `${width}, ${loc}`);
  assert.equal(guide.median(params).z.dataSync()[0], params.z_auto_loc.dataSync()[0]);
  // The guide is the posterior: all weights are the evidence, 1.
  const { logWeights } = await new Importance(heavy, { guide, params, numSamples: 50 }).run(key);
  assert.ok(logWeights.every((w) => Math.abs(w) < 0.3), `${logWeights}`);
  assert.throws(() => guide.getPosterior(params), /a function draws the conditional of site "z"/);
  const short = new AutoStructured(heavy, { conditionals: { z: () => tf.zeros([2]) as Tensor } });
  await assert.rejects(
    new SVI(heavy, short, adam({ lr: 1 })).init(key),
    /expected the 1 deviations as its last/,
  );
});

Deno.test("chains over the guide's own noise have the posterior, given its points", async () => {
  const { guide, params } = await fitted({ conditionals: { mean: "normal", own: "mvn" } });
  const transform = guide.getTransform(params), noise = random.normal(random.key(2), [3, 4]);
  const back = transform.inverse(transform.forward(noise).clone());
  assert.ok((back.sub(noise).abs() as Tensor).max().dataSync()[0] < 1e-4);
  const neutra = new NeuTraReparam(guide, params);
  const mcmc = new MCMC(new NUTS(neutra.reparam(model)), { numChains: 1, numWarmup: 100, numSamples: 400 });
  const { samples } = await mcmc.run(key, [x], quiet);
  await mcmc.release();
  const { mean } = moments(samples.mean.data);
  assert.ok(Math.abs(mean - 7 / 1.25 / (1 / 4 + 3 / 1.25)) < 0.25, `${mean}`);
  const points = await fitted({ conditionals: { mean: "delta" } }),
    at = points.guide.getTransform(points.params);
  const moved = at.forward(random.normal(random.key(3), [5, 3]));
  assert.deepEqual(moved.shape, [5, 4]);
  const volume = at.logAbsDetJacobian(tf.zeros([3]) as Tensor, moved).dataSync()[0];
  assert.ok(Math.abs(volume - points.params.own_auto_scale.log().sum().dataSync()[0]) < 1e-5);
});
