import assert from "node:assert/strict";
import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, exponentialDecay, Predictive, SVI } from "../../lib/infer/mod.ts";
import { deterministic, plate, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close, conjugate, data, exactPosterior, item, normalGuide } from "./models.ts";

const moments = (t: Tensor): { mean: number; sd: number } => {
  const { mean, variance } = tf.moments(t);
  return { mean: item(mean), sd: Math.sqrt(item(variance)) };
};

for (const parallel of [false, true]) {
  const how = parallel ? "in a plate" : "in a loop";

  Deno.test(`Predictive draws from the prior ${how}`, async () => {
    const draw = new Predictive(conjugate, { numSamples: 4000, parallel }),
      { mu, obs } = await draw(random.key(0), undefined, 3);
    assert.deepEqual([mu.shape, obs.shape], [[4000], [4000, 3]]);
    const m = moments(mu), o = moments(obs);
    close(m.mean, 0, 0.1);
    close(m.sd, 2, 0.1);
    close(o.sd, Math.sqrt(5), 0.12);
    // The members of a plate share the mean of their draw.
    close(item(obs.slice([0, 0], [-1, 1]).squeeze([1]).sub(mu).square().mean()), 1, 0.1);
    await draw.release();
  });

  Deno.test(`Predictive draws from a guide and its parameters ${how}`, async () => {
    const { mean, sd } = exactPosterior();
    const draw = new Predictive(conjugate, {
      guide: normalGuide,
      params: { loc: tf.scalar(mean), scale: tf.scalar(sd) },
      numSamples: 5000,
      parallel,
    });
    const { mu, obs } = await draw(random.key(1));
    assert.deepEqual([mu.shape, obs.shape], [[5000], [5000, 20]]);
    close(moments(mu).mean, mean, 0.02);
    close(moments(mu).sd, sd, 0.02);
    close(moments(obs).sd, Math.sqrt(1 + sd ** 2), 0.03);
    await draw.release();
  });

  Deno.test(`Predictive runs the model at posterior samples ${how}`, async () => {
    const mu = tf.tensor1d([-100, 0, 100, 200]);
    const draw = new Predictive(conjugate, { posteriorSamples: { mu }, parallel }),
      found = await draw(random.key(2));
    assert.deepEqual(Object.keys(found), ["obs"]);
    assert.deepEqual(found.obs.shape, [4, 20]);
    Array.from(found.obs.mean(1).dataSync()).forEach((m, i) => close(m, mu.dataSync()[i], 1.5));
    await draw.release();
  });

  Deno.test(`Predictive returns the sites asked for, and what the model returns, ${how}`, async () => {
    const model = (n: number) => {
      const p = sample("p", new Normal(0, 1));
      const twice = deterministic("twice", p.mul(2));
      deterministic("fixed", 7);
      using _d = plate("d", n);
      const z = sample("z", new Bernoulli({ logits: p }));
      sample("y", new Normal(0, 1), { obs: tf.ones([n]) });
      return z.add(twice);
    };
    const all = await new Predictive(model, { numSamples: 6, parallel })(random.key(0), 3);
    assert.deepEqual(Object.keys(all).sort(), ["fixed", "p", "twice", "z"]);
    assert.deepEqual(Array.from(all.twice.dataSync()), Array.from(all.p.mul(2).dataSync()));
    assert.deepEqual(Array.from(all.fixed.dataSync()), Array(6).fill(7));
    const some = await new Predictive(model, { numSamples: 6, parallel, returnSites: ["z", "_RETURN", "y"] })(
      random.key(0),
      3,
    );
    assert.deepEqual(Object.keys(some).sort(), ["_RETURN", "y", "z"]);
    assert.deepEqual([some._RETURN.shape, some.y.shape], [[6, 3], [6, 3]]);
    assert.deepEqual(Array.from(some.z.dataSync()), Array.from(all.z.dataSync()));
  });
}

Deno.test("draws do not depend on batches, and are those of the key", async () => {
  const options = { guide: normalGuide, params: { loc: tf.scalar(1), scale: tf.scalar(2) }, numSamples: 23 };
  const whole = await new Predictive(conjugate, options)(random.key(7));
  for (const batchSize of [1, 5, 23, 100]) {
    const cut = await new Predictive(conjugate, { ...options, batchSize })(random.key(7));
    assert.deepEqual(Array.from(cut.obs.dataSync()), Array.from(whole.obs.dataSync()));
  }
  const other = await new Predictive(conjugate, options)(random.key(8));
  assert.notDeepEqual(Array.from(other.mu.dataSync()), Array.from(whole.mu.dataSync()));
});

Deno.test("a trained automatic guide predicts without the data", async () => {
  const guide = new AutoNormal(conjugate),
    svi = new SVI(conjugate, guide, adam({ lr: exponentialDecay({ init: 0.1, rate: 0.995 }) }));
  const { params } = await svi.run(random.key(0), 800, [data]);
  const draw = new Predictive(conjugate, { guide, params, numSamples: 2000 }),
    { obs, mu } = await draw(random.key(0));
  close(moments(mu).mean, exactPosterior().mean, 0.1);
  close(moments(obs).sd, Math.sqrt(1 + exactPosterior().sd ** 2), 0.1);
  await svi.release();
  await draw.release();
});

Deno.test("arrays() keeps float64", async () => {
  const { mu } = await new Predictive(conjugate, { numSamples: 3, dtype: "float64" }).arrays(random.key(0));
  assert.ok(mu.data instanceof Float64Array);
});

const mistakes: [string, () => unknown, RegExp][] = [
  [
    "no number of draws",
    () => new Predictive(conjugate, {}),
    /^Error: Cannot make Predictive: numSamples is undefined, expected a positive integer$/,
  ],
  [
    "more draws than samples",
    () => new Predictive(conjugate, { posteriorSamples: { mu: tf.zeros([3]) }, numSamples: 4 }),
    /numSamples is 4, but there are only 3 posterior samples/,
  ],
  [
    "samples of different number",
    () => new Predictive(conjugate, { posteriorSamples: { mu: tf.zeros([3]), nu: tf.zeros([2]) } }),
    /posterior samples differ in number: "mu" has 3, "nu" has 2/,
  ],
  [
    "a guide and samples",
    () => new Predictive(conjugate, { guide: normalGuide, posteriorSamples: { mu: tf.zeros([3]) } }),
    /expected either a guide or posterior samples, found both/,
  ],
  [
    "a batch of 0",
    () => new Predictive(conjugate, { numSamples: 2, batchSize: 0 }),
    /batchSize is 0, expected a positive integer/,
  ],
  [
    "no model",
    () => new Predictive(undefined as never, { numSamples: 2 }),
    /the model is undefined, expected a function/,
  ],
  [
    "a site the model lacks",
    () => new Predictive(conjugate, { numSamples: 2, returnSites: ["nu"] })(random.key(0)),
    /Cannot return site "nu": the model has "mu", "obs"; "_RETURN" is its return value/,
  ],
  [
    "a key that is none",
    () => new Predictive(conjugate, { numSamples: 2 })(3 as never),
    /expected a key as the first argument/,
  ],
  [
    "a model that does not broadcast",
    () =>
      new Predictive(() => {
        const v = sample("v", new Normal(tf.zeros([2]), 1).toEvent(1));
        deterministic("total", v.sum());
      }, { numSamples: 5, parallel: true })(random.key(0)),
    /^Error: Cannot draw site "total" in parallel: in a plate of 5 its value has shape \[\], one draw has \[\]; operations of the model must broadcast over axes on the left, else pass parallel: false \(at predictive\.test\.ts:\d+:\d+\)$/,
  ],
];
for (const [what, run, message] of mistakes) {
  Deno.test(`Predictive throws on ${what}`, async () => {
    await assert.rejects(async () => await run(), (error: Error) => {
      assert.match(String(error), message);
      return true;
    });
  });
}
