import assert from "node:assert/strict";
import {
  key,
  loadMCMC,
  LogNormal,
  MCMC,
  Normal,
  NUTS,
  plate,
  sample,
  saveMCMC,
  SGHMC,
  SGLD,
  summary,
} from "../../../mod.ts";
import { exponentialDecay, type StochasticKernel } from "../../../mod.ts";
import { moments } from "../../../lib/statistics/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

const quiet = { progress: false };
/** Two free numbers and a positive one. */
const free = () => {
  sample("a", new Normal(2, 1));
  sample("b", new Normal(-1, 0.5));
  sample("s", new LogNormal(0, 0.7));
};
const close = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) < tolerance, `${what} is ${found}, expected ${expected}`);

/** Variances that SGLD has at a step size for a normal: 1 / (1 - h / (4 v)) times the target's. */
const widened = (sd: number, h: number) => sd / Math.sqrt(1 - h / (4 * sd * sd));

const runs = {
  SGLD: (): StochasticKernel => new SGLD(free, { stepSize: 0.05 }),
  SGHMC: (): StochasticKernel => new SGHMC(free, { stepSize: 0.01, friction: 0.15 }),
};
for (const [name, make] of Object.entries(runs)) {
  for (const engine of ["js", "onnx", "wasm"] as const) {
    if (engine !== "js" && name === "SGHMC") continue;
    Deno.test(`${name} has the moments of the posterior, in engine ${engine}`, async () => {
      const numSamples = engine === "js" ? 4000 : 1000,
        options = { numWarmup: 300, numSamples, numChains: 4, engine };
      const mcmc = new MCMC(make(), { ...options, thinning: engine === "js" ? 3 : 1 });
      const { samples, extraFields, numChains } = await mcmc.run(key(0), [], quiet);
      assert.deepEqual([numChains, samples.a.shape, extraFields.energy.shape], [4, [4 * numSamples], [
        4,
        numSamples,
      ]]);
      const h = name === "SGLD" ? 0.05 : 0, wide = engine === "js" ? 1 : 3;
      const of = (site: string) => moments(samples[site].data), logs = moments(samples.s.data.map(Math.log));
      close(of("a").mean, 2, 0.1 * wide, "mean of a");
      close(of("a").sd, widened(1, h), 0.07 * wide, "sd of a");
      close(of("b").mean, -1, 0.05 * wide, "mean of b");
      close(of("b").sd, widened(0.5, h), 0.04 * wide, "sd of b");
      close(logs.mean, 0, 0.08 * wide, "mean of log s");
      close(logs.sd, widened(0.7, h), 0.05 * wide, "sd of log s");
      await mcmc.release();
    });
  }
}

const x = tf.tensor1d(Array.from({ length: 400 }, (_, i) => 1 + Math.sin(2.3 * i)));
const batches = (x: Tensor) => {
  const mean = sample("mean", new Normal(0, 10));
  using data = plate("data", 400, { subsampleSize: 40 });
  sample("x", new Normal(mean, 1), { obs: tf.gather(x, data.indices) });
};

Deno.test("mini-batches are drawn anew at each transition; the posterior mean is that of all data", async () => {
  const mcmc = new MCMC(new SGLD(batches, { stepSize: 2e-4 }), {
    numWarmup: 500,
    numSamples: 3000,
    numChains: 2,
  });
  const result = await mcmc.run(key(1), [x], quiet), { mean, sd } = moments(result.samples.mean.data);
  close(mean, moments(x.dataSync()).mean, 0.03, "mean");
  // Noise of the batches adds to the spread: with batches of all data it is 1 / 20.
  assert.ok(sd > 0.045 && sd < 0.1, `sd ${sd}`);
  assert.ok(new Set(result.extraFields.logDensity.data).size > 5000, "densities are of different batches");
  assert.deepEqual(summary(result).rows.map(({ name }) => name), ["mean"]);
});

Deno.test("a run goes on from its state, from a file or after an abort, bit for bit", async () => {
  const make = () =>
    new MCMC(new SGHMC(batches, { stepSize: 1e-4 }), { numWarmup: 10, numSamples: 20, numChains: 2 });
  const whole = await make().run(key(2), [x], quiet), file = await Deno.makeTempFile();
  const warm = await make().warmup(key(2), [x], quiet);
  await saveMCMC(file, warm);
  const later = await make().run(key(9), [x], { ...quiet, state: await loadMCMC(file) });
  assert.deepEqual(later.samples, whole.samples);
  await Deno.remove(file);
  const other = await make().run(key(2), [x], { ...quiet, state: whole.state });
  assert.notDeepEqual(other.samples.mean.data, whole.samples.mean.data);
  const nuts = new MCMC(new NUTS(free), { numWarmup: 5, numSamples: 5 });
  const sgld = new MCMC(new SGLD(free, { stepSize: 0.01 }), { numWarmup: 5, numSamples: 5 });
  const [{ state: ofNuts }, { state: ofSgld }] = [
    await nuts.run(key(0), [], quiet),
    await sgld.run(key(0), [], quiet),
  ];
  await assert.rejects(
    sgld.run(key(0), [], { ...quiet, state: ofNuts }),
    /the state is of HMC or NUTS, not of SGLD/,
  );
  await assert.rejects(
    sgld.run(key(0), [], { ...quiet, checkpointSeconds: NaN }),
    /checkpointSeconds is NaN, expected a number of at least 0/,
  );
  await assert.rejects(
    nuts.run(key(0), [], { ...quiet, state: ofSgld }),
    /the state is of a kernel with another/,
  );
});

Deno.test("the step size may be a schedule", async () => {
  const stepSize = exponentialDecay({ init: 0.1, rate: 0.5, every: 10 });
  const mcmc = new MCMC(new SGLD(free, { stepSize }), { numWarmup: 0, numSamples: 21, numChains: 1 });
  const { extraFields: { stepSize: { data } } } = await mcmc.run(key(0), [], quiet);
  [[0, 0.1], [10, 0.05], [20, 0.025]].forEach(([at, size]) => close(data[at], size, 1e-9, `step size ${at}`));
});

Deno.test("mistakes are told", async () => {
  assert.throws(
    () => new SGLD(free, { stepSize: 0 }),
    /stepSize is 0, expected a number above 0, or a schedule/,
  );
  assert.throws(
    () => new SGHMC(free, { stepSize: 1, friction: 2 }),
    /friction is 2, expected a number between 0 and 1/,
  );
  assert.throws(() => new SGHMC(free, { stepSize: 1, noiseEstimate: 0.5 }), /noiseEstimate is 0.5/);
  const local = () => {
    using _data = plate("data", 4, { subsampleSize: 2 });
    sample("z", new Normal(0, 1));
  };
  await assert.rejects(
    new MCMC(new SGLD(local, { stepSize: 1 })).run(key(0), [], quiet),
    /site "z" is in plate "data", which takes 2 of its 4 members/,
  );
  const wild = new MCMC(new SGLD(() => void sample("z", new Normal(0, 1e-3)), { stepSize: 1e3 }), {
    numSamples: 900,
  });
  await assert.rejects(
    wild.run(key(0), [], quiet),
    /Cannot go on with SGLD: in chain \d, at transition \d+, the density/,
  );
});
