import assert from "node:assert/strict";
import { adam, AutoNormalizingFlow, exponentialDecay, SVI, TraceELBO } from "../../lib/infer/mod.ts";
import { AutoIAFNormal } from "../../lib/nn/mod.ts";
import { Dirichlet, Exponential, Normal, Planar } from "../../lib/distributions/mod.ts";
import { param, plate, replay, sample, seed, trace } from "../../lib/ppl/mod.ts";
import { covariance, moments } from "../../lib/statistics/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), quiet = { progress: false };

/** Sites of several shapes and supports. */
const mixed = (y?: Tensor) => {
  const a = sample("a", new Normal(0, 1)), p = sample("p", new Dirichlet([1, 2, 3]));
  using _groups = plate("groups", 4);
  const r = sample("r", new Exponential(1));
  sample("y", new Normal(a.add(r).add(p.sum(-1)), 1), { obs: y });
};
const y = tf.tensor1d([1, 2, 3, 4]);

Deno.test("AutoIAFNormal trains with particles in a loop and side by side, and draws on the supports", async () => {
  const guide = new AutoIAFNormal(mixed);
  const make = (vectorizeParticles: boolean) =>
    new SVI(mixed, guide, adam({ lr: 0.01 }), new TraceELBO({ numParticles: 500, vectorizeParticles }));
  const [loop, beside] = [false, true].map(make), { state, params } = await beside.run(key, 200, [y], quiet);
  const losses = [await loop.evaluate(state, y), await beside.evaluate(state, y)];
  assert.ok(Math.abs(losses[0] - losses[1]) < 0.03 * Math.abs(losses[0]), `${losses}`);
  assert.deepEqual(params["auto_flows.1.layers[0].weight"].shape, [7, 7]);
  const { a, p, r } = guide.sampleLatent(key, params, [5, 2]);
  assert.deepEqual([a.shape, p.shape, r.shape], [[5, 2], [5, 2, 3], [5, 2, 4]]);
  assert.ok(r.min().dataSync()[0] > 0 && p.sum(-1).sub(1).abs().max().dataSync()[0] < 1e-5);
  for (const svi of [loop, beside]) await svi.release();
});

Deno.test("the density of a draw of AutoIAFNormal is that of its posterior, inverted", async () => {
  const guide = new AutoIAFNormal(mixed, { numFlows: 2, hiddenDims: [12], prefix: "q" });
  const { params } = await new SVI(mixed, guide, adam({ lr: 0.02 })).run(key, 50, [y], quiet);
  const run = trace(seed(replay(guide as (y: Tensor) => unknown, { params }), key)).get(y);
  const [found] = run.sampleSite("_q_latent").logProbSum.dataSync();
  // Another tensor, that no flow has made.
  const vector = tf.tensor(run.value("_q_latent").dataSync());
  const [expected] = guide.getPosterior(params).logProb(vector).dataSync();
  assert.ok(Math.abs(found - expected) < 1e-3 * Math.abs(expected), `${found}, ${expected}`);
});

/** A banana: y lies near x^2. */
const banana = () => {
  const x = sample("x", new Normal(0, 1));
  sample("y", new Normal(x.square(), 0.5));
};

Deno.test("AutoIAFNormal bends where normal guides cannot", async () => {
  const guide = new AutoIAFNormal(banana, { hiddenDims: [16, 16] });
  const lr = exponentialDecay({ init: 0.02, rate: 0.999 });
  const svi = new SVI(banana, guide, adam({ lr }), new TraceELBO({ numParticles: 10 }));
  const { params } = await svi.run(key, 3000, [], quiet);
  const draws = guide.sampleLatent(random.key(1), params, [4000]);
  const [x, y] = [draws.x, draws.y].map((tensor) => tensor.dataSync());
  const squares = Float64Array.from(x, (v) => v * v);
  assert.ok(Math.abs(moments(x).sd - 1) < 0.1 && Math.abs(moments(y).mean - 1) < 0.15);
  const correlation = covariance(squares, y) / moments(squares).sd / moments(y).sd;
  assert.ok(correlation > 0.85, `${correlation}, expected ${Math.sqrt(2 / 2.25)}`);
  await svi.release();
});

Deno.test("guides of flows say what they do not have, and what they cannot be made of", async () => {
  const guide = new AutoIAFNormal(banana),
    { params } = await new SVI(banana, guide, adam({ lr: 0.1 })).run(key, 2, []);
  assert.throws(
    () => guide.median(params),
    /Cannot take quantiles of AutoIAFNormal: those of flows have no closed form/,
  );
  assert.throws(
    () => new AutoIAFNormal(banana, { numFlows: 0 }),
    /numFlows is 0, expected a positive integer/,
  );
  assert.throws(
    () => new AutoNormalizingFlow(banana, [] as never),
    /Cannot make AutoNormalizingFlow: found object, expected a function that makes flows/,
  );
  const small = new SVI(banana, new AutoIAFNormal(banana, { hiddenDims: [1] }), adam({ lr: 0.1 }));
  await assert.rejects(
    small.run(key, 2, []),
    /Cannot make made: a hidden layer of 1 units cannot connect 2 variables/,
  );
  assert.throws(() => new AutoIAFNormal(banana).setup().getPosterior({}), /auto_flows/);
});

Deno.test("AutoNormalizingFlow has the parameters that its flows register, and draws at them", async () => {
  const vector = (name: string, value: number) => param(name, tf.fill([2], value));
  const make = () => [new Planar(param("bias", tf.scalar(0)), vector("u", 0.3), vector("w", 0.2))];
  const guide = new AutoNormalizingFlow(banana, make), svi = new SVI(banana, guide, adam({ lr: 0.01 }));
  const { params, losses } = await svi.run(key, 400, [], quiet);
  assert.deepEqual(Object.keys(params).sort(), ["bias", "u", "w"]);
  assert.ok(moments(losses.slice(-50)).mean < moments(losses.slice(0, 50)).mean);
  const flow = guide.getTransform(params), z = random.normal(key, [3, 2]);
  assert.deepEqual(flow.forward(z).shape, [3, 2]);
});
