import assert from "node:assert/strict";
import { HMC, initToValue, MCMC, NUTS } from "../../../lib/infer/mod.ts";
import { Exponential, Normal, Uniform } from "../../../lib/distributions/mod.ts";
import { factor, plate, sample } from "../../../lib/ppl/mod.ts";
import { random, tf } from "../../../lib/tensor/mod.ts";

const quiet = { progress: false }, key = random.key(0);
const short = { numWarmup: 20, numSamples: 5, numChains: 2 };
const run = (model: () => void, lengths: object = short) =>
  new MCMC(new NUTS(model), lengths).run(key, [], quiet);

Deno.test("models that no chain can be of say why", async () => {
  const z = () => sample("z", new Normal(0, 1));
  await assert.rejects(run(() => {}), /Cannot use NUTS: the model has no latent sites/);
  await assert.rejects(
    run(() => {
      using _data = plate("data", 10, { subsampleSize: 2 });
      sample("x", new Normal(z(), 1), { obs: tf.zeros([2]) });
    }),
    /Cannot use NUTS: plate "data" takes 2 of its 10 members by chance/,
  );
});

Deno.test("a chain without a first value of finite density names the site", async () => {
  const impossible = () => {
    const x = sample("x", new Normal(0, 1));
    factor("never", x.mul(tf.scalar(0)).sub(tf.scalar(Infinity)));
  };
  await assert.rejects(
    run(impossible),
    /Cannot start NUTS: 100 first values have no finite density.*"never"/,
  );
  const start = new NUTS(() => sample("x", new Uniform(0, 1)), {
    initStrategy: initToValue({ values: { x: 1 } }),
  });
  await assert.rejects(new MCMC(start, short).run(key, [], quiet), /Cannot start NUTS/);
});

Deno.test("densities that become NaN or infinite on the way are divergences, and the run ends", async () => {
  // The logarithm of a negative number is NaN; the draws stay above 0.
  const model = () => {
    const x = sample("x", new Normal(2, 1));
    factor("log", x.log());
  };
  const { samples, divergences } = await run(model, { numWarmup: 200, numSamples: 200 });
  assert.ok(samples.x.data.every((value) => value > 0));
  assert.ok(divergences > 0);
});

Deno.test("an improper posterior drifts, and its run ends", async () => {
  const flat = () => {
    const x = sample("x", new Normal(0, 1e30));
    factor("none", x.mul(tf.scalar(0)));
  };
  const { numSamples } = await run(flat, { numWarmup: 50, numSamples: 20, numChains: 1 });
  assert.equal(numSamples, 20);
});

Deno.test("no draws, no warm-up, one number: the results have their shapes", async () => {
  const model = () => void sample("rate", new Exponential(2));
  const none = await run(model, { numWarmup: 30, numSamples: 0, numChains: 2 });
  assert.deepEqual([none.samples.rate.shape, none.extraFields.energy.shape], [[0], [2, 0]]);
  const cold = await run(model, { numWarmup: 0, numSamples: 5, numChains: 1 });
  assert.ok(cold.samples.rate.data.every((rate) => rate > 0) && cold.extraFields.stepSize.data[0] === 1);
});

Deno.test("a state of another model, and lengths and settings that cannot be, are refused", async () => {
  const one = new MCMC(new NUTS(() => sample("a", new Normal(0, 1))), short);
  const other = new MCMC(new NUTS(() => sample("b", new Normal(0, 1).expand([2]).toEvent(1))), short);
  const state = await one.warmup(key, [], quiet);
  await assert.rejects(other.run(key, [], { ...quiet, state }), {
    message: /Cannot go on: the state is of another model .*"a" \(1\).*the model has "b" \(2\)/,
  });
  const model = () => sample("a", new Normal(0, 1));
  assert.throws(() => new MCMC(new NUTS(model), { numSamples: -1 }), /numSamples is -1, expected an integer/);
  assert.throws(() => new MCMC(model as never), /found function, expected a kernel such as new NUTS/);
  assert.throws(() => new NUTS(model, { maxTreeDepth: 0 }), /maxTreeDepth is 0/);
  assert.throws(() => new NUTS(model, { targetAcceptProb: 1 }), /targetAcceptProb is 1/);
  assert.throws(() => new NUTS(model, { adaptation: "gradient", denseMass: true }), /finds diagonal mass/);
  assert.throws(() => new HMC(model, { numSteps: 3, trajectoryLength: 1 }), /found both/);
  const dense = new MCMC(new NUTS(model, { denseMass: [["c"]] }), short);
  await assert.rejects(dense.run(key, [], quiet), /denseMass names "c", the latent sites are "a"/);
  const mass = new MCMC(new NUTS(model, { inverseMassMatrix: [1, 2] }), short);
  await assert.rejects(mass.run(key, [], quiet), /inverseMassMatrix has shape \[2\], expected \[1\]/);
  const negative = new MCMC(new NUTS(model, { inverseMassMatrix: [-1], adaptation: "windowed" }), short);
  await assert.rejects(negative.run(key, [], quiet), /Cannot use the inverse mass matrix: found -1/);
});
