import assert from "node:assert/strict";
import { HMC, initToValue, logLikelihood, MCMC, NUTS, Predictive } from "../../../lib/infer/mod.ts";
import { Exponential, Normal, Uniform } from "../../../lib/distributions/mod.ts";
import { factor, plate, sample } from "../../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../../lib/tensor/mod.ts";

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
  // The logarithm of a negative number is NaN, and that of no probability -inf; draws stay above 0.
  const edges = {
    nan: (x: Tensor) => x.log(),
    infinite: (x: Tensor) => tf.where(x.greater(0), tf.scalar(0), tf.scalar(-Infinity)),
  };
  for (const [name, edge] of Object.entries(edges)) {
    const model = () => {
      const x = sample("x", new Normal(2, 1));
      factor("edge", edge(x));
    };
    const { samples, divergences } = await run(model, { numWarmup: 200, numSamples: 200 });
    assert.ok(samples.x.data.every((value) => value > 0), name);
    assert.ok(divergences > 0, name);
  }
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
  assert.throws(
    () => new Predictive(model, { posteriorSamples: none.samples }),
    /Cannot make Predictive: the posterior samples have no draws: "rate" has shape \[0\]/,
  );
  const cold = await run(model, { numWarmup: 0, numSamples: 5, numChains: 1 });
  assert.ok(cold.samples.rate.data.every((rate) => rate > 0) && cold.extraFields.stepSize.data[0] === 1);
});

Deno.test("more draws than there is memory for, and times that are none, are refused before the run", async () => {
  const model = () => sample("x", new Normal(0, 1).expand([10]).toEvent(1));
  await assert.rejects(run(model as never, { numSamples: 1e10, numWarmup: 1, numChains: 2 }), {
    message:
      /^Cannot keep 10000000000 draws of 2 chains: an array of shape .* takes 1.60e\+3 GB.*; thin them, or take fewer/,
  });
  const mcmc = new MCMC(new NUTS(model), short);
  await assert.rejects(
    mcmc.run(key, [], { ...quiet, checkpointSeconds: NaN }),
    /checkpointSeconds is NaN, expected a number of at least 0/,
  );
  const { numSamples, notices } = await mcmc.run(key, [], { ...quiet, signal: AbortSignal.abort() });
  assert.deepEqual([numSamples, notices], [0, []], "a run that is ended before it begins has no draws");
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
  for (const adaptation of ["gradient", "running"] as const) {
    assert.throws(() => new NUTS(model, { adaptation, denseMass: true }), /finds diagonal mass/);
  }
  assert.throws(() => new NUTS(model, { adaptation: "window" as "windowed" }), {
    message: /adaptation is "window", expected one of "running", "gradient", "windowed"/,
  });
  assert.throws(() => new HMC(model, { numSteps: 3, trajectoryLength: 1 }), /found both/);
  const dense = new MCMC(new NUTS(model, { denseMass: [["c"]] }), short);
  await assert.rejects(dense.run(key, [], quiet), /denseMass names "c", the latent sites are "a"/);
  const mass = new MCMC(new NUTS(model, { inverseMassMatrix: [1, 2] }), short);
  await assert.rejects(mass.run(key, [], quiet), /inverseMassMatrix has shape \[2\], expected \[1\]/);
  const pair = () => {
    sample("x", new Normal(0, 1));
    sample("y", new Normal(0, 1));
  };
  const skew = new MCMC(new NUTS(pair, { denseMass: true, inverseMassMatrix: [[1, 0.2], [0.1, 1]] }), short);
  await assert.rejects(
    skew.run(key, [], quiet),
    /not symmetric: found 0.1\d* at \[1, 0\] and 0.2\d* at \[0, 1\]/,
  );
  for (const adaptation of ["running", "windowed"] as const) {
    const negative = new MCMC(new NUTS(model, { inverseMassMatrix: [-1], adaptation }), short);
    await assert.rejects(negative.run(key, [], quiet), /Cannot use the inverse mass matrix: found -1/);
  }
  const indefinite = { denseMass: true, inverseMassMatrix: [[1, 2], [2, 1]] };
  await assert.rejects(
    new MCMC(new NUTS(pair, indefinite), short).run(key, [], quiet),
    /mass matrix: .*not positive definite/,
  );
});

Deno.test("draws of another model are refused by what predicts and scores with them", async () => {
  const model = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 1), { obs: 0.5 });
  const open = () => void sample("y", new Normal(sample("x", new Normal(0, 1)), 1));
  const other = new MCMC(new NUTS(() => sample("z", new Normal(0, 1).expand([3]).toEvent(1))), short);
  const { samples } = await other.run(key, [], quiet), vectors = { x: samples.z };
  for (const parallel of [false, true]) {
    const predict = new Predictive(open, { posteriorSamples: samples, parallel });
    await assert.rejects(predict(key), {
      message:
        /Cannot predict: the draws are of another model: they are of "z", and the model has the sites "x", "y"/,
    });
    const wrong = new Predictive(open, { posteriorSamples: vectors, parallel });
    await assert.rejects(
      wrong(key),
      /Cannot predict: a draw of site "x" has shape \[3\], the model needs \[\]/,
    );
  }
  await assert.rejects(
    logLikelihood(model, samples),
    /Cannot compute the log likelihood: the draws are of another model: they are of "z"/,
  );
  await assert.rejects(
    logLikelihood(model, vectors),
    /Cannot compute the log likelihood: a draw of site "x" has shape \[3\], the model needs \[\]/,
  );
  const start = new NUTS(model, { initStrategy: initToValue({ values: vectors }) });
  await assert.rejects(
    new MCMC(start, short).run(key, [], quiet),
    /Cannot start site "x" at the value given: it has shape \[10, 3\], expected \[\], or draws of that shape/,
  );
});

Deno.test("a flat posterior without an end drifts: its run ends, its draws are far out and finite", async () => {
  // The factor takes the prior back: the posterior is flat, its step size grows without bound.
  const flat = () => {
    const x = sample("x", new Normal(0, 1));
    factor("back", x.square().mul(tf.scalar(0.5)));
  };
  for (const adaptation of ["running", "gradient", "windowed"] as const) {
    const mcmc = new MCMC(new NUTS(flat, { adaptation }), { numWarmup: 1000, numSamples: 50, numChains: 1 });
    const { samples, extraFields, numSamples } = await mcmc.run(key, [], quiet);
    assert.equal(numSamples, 50);
    // It is far out, and no NaN or infinity came of it.
    assert.ok(
      samples.x.data.every((x: number) => Math.abs(x) > 1e6 && Math.abs(x) < Infinity),
      `${samples.x.data}`,
    );
    assert.ok(extraFields.energy.data.every(Number.isFinite));
  }
});
