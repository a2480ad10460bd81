import assert from "node:assert/strict";
import { HMC, type Kernel, MCMC, NUTS, type NUTSOptions } from "../../../lib/infer/mod.ts";
import { MultivariateNormal } from "../../../lib/distributions/mod.ts";
import { makeMass } from "../../../lib/infer/mcmc/blocks.ts";
import { sample } from "../../../lib/ppl/mod.ts";
import { covariance, moments } from "../../../lib/statistics/mod.ts";
import { random, tf } from "../../../lib/tensor/mod.ts";
import { conjugate, data, exactPosterior } from "../models.ts";

const quiet = { progress: false };

/** Two numbers with standard deviations 1 and 10, and the correlation 0.9. */
const correlated = () =>
  void sample(
    "z",
    new MultivariateNormal(tf.tensor1d([1, -2]), { covariance: tf.tensor2d([[1, 9], [9, 100]]) }),
  );

const kernels: Record<string, (model: () => void) => Kernel> = {
  NUTS: (model) => new NUTS(model),
  "NUTS, dense": (model) => new NUTS(model, { denseMass: true }),
  "NUTS, one block": (model) => new NUTS(model, { denseMass: [["z"]] }),
  "NUTS, windows": (model) => new NUTS(model, { adaptation: "windowed" }),
  "NUTS, nutpie's warm-up": (model) => new NUTS(model, { adaptation: "gradient" }),
  "NUTS, jitter": (model) => new NUTS(model, { stepSizeJitter: 0.3, findHeuristicStepSize: false }),
  "HMC, a length": (model) => new HMC(model, { trajectoryLength: 2, denseMass: true }),
  "HMC, steps": (model) => new HMC(model, { numSteps: 12, stepSizeJitter: 0.2 }),
};

for (const [name, make] of Object.entries(kernels)) {
  Deno.test(`${name}: means, spreads and correlation of a normal are those of its distribution`, async () => {
    const mcmc = new MCMC(make(correlated), { numWarmup: 500, numSamples: 3000 });
    const { samples: { z }, divergences } = await mcmc.run(random.key(7), [], quiet);
    const [x, y] = [0, 1].map((i) => z.data.filter((_: number, at: number) => at % 2 === i));
    // 12,000 draws, of which at least one in ten counts.
    const error = 4 / Math.sqrt(1200);
    assert.ok(Math.abs(moments(x).mean - 1) < error && Math.abs(moments(y).mean + 2) < 10 * error);
    assert.ok(Math.abs(moments(x).sd - 1) < 0.07 && Math.abs(moments(y).sd / 10 - 1) < 0.07);
    assert.ok(Math.abs(covariance(x, y) / 9 - 1) < 0.15, `${covariance(x, y)}`);
    assert.equal(divergences, 0);
    await mcmc.release();
  });
}

Deno.test("a fixed step size and mass matrix stay as they are given", async () => {
  const kernel = new NUTS(correlated, {
    stepSize: 0.1,
    adaptStepSize: false,
    adaptMassMatrix: false,
    denseMass: true,
    inverseMassMatrix: [[2, 1], [1, 3]],
  });
  const mcmc = new MCMC(kernel, { numWarmup: 30, numSamples: 20, numChains: 1 });
  const { extraFields, state: { chains: [chain] } } = await mcmc.run(random.key(0), [], quiet);
  assert.ok(extraFields.stepSize.data.every((size) => size === 0.1));
  assert.deepEqual([...chain.inverseMass], [2, 1, 1, 3]);
  await mcmc.release();
});

Deno.test("momenta have the mass matrix for their covariance, whatever its blocks", () => {
  const key = random.key(1), n = 20_000, noise = new Float64Array(3);
  const { metric } = makeMass(3, [[0, 2]]);
  // Numbers 0 and 2 with the covariance [[2, 1], [1, 1]], number 1 with 4; mass is its inverse.
  metric.set(Float64Array.of(2, 1, 1, 1, 4));
  const draws = Array.from({ length: n }, (_, i) => {
    random.fillNormal(key.foldIn(i), noise);
    metric.momentum(noise);
    return [...noise];
  });
  const expected = [[1, 0, -1], [0, 0.25, 0], [-1, 0, 2]];
  expected.forEach((row, i) =>
    row.forEach((value, j) => {
      const found = covariance(draws.map((d) => d[i]), draws.map((d) => d[j]));
      assert.ok(Math.abs(found - value) < 0.06, `${i}, ${j}: ${found}, expected ${value}`);
    })
  );
  const velocity = new Float64Array(3);
  metric.velocity(Float64Array.of(1, 10, 100), velocity);
  assert.deepEqual([...velocity], [102, 40, 101]);
  assert.throws(() => metric.set(Float64Array.of(1, 2, 2, 1, 1)), /not positive definite/);
  assert.throws(() => metric.set(Float64Array.of(2, 1, 1, 1, 0)), /found 0 at 0 of its diagonal/);
});

/** The inverse masses after a warm-up on the correlated numbers, whose variances are 1 and 100. */
async function adapted(options: NUTSOptions): Promise<Float64Array> {
  const lengths = { numWarmup: 1000, numSamples: 0, numChains: 1 };
  const { chains: [{ inverseMass }] } = await new MCMC(new NUTS(correlated, options), lengths)
    .warmup(random.key(3), [], quiet);
  return inverseMass;
}

Deno.test("masses are by the variances of draws, with nutpie's warm-up by those of gradients, too", async () => {
  // Given the other number the variances are 0.19 and 19: those of gradients are 1 over these.
  for (
    const [adaptation, factor] of [["running", 1], ["windowed", 1], ["gradient", Math.sqrt(0.19)]] as const
  ) {
    const [x, y] = await adapted({ adaptation });
    for (const ratio of [x / factor, y / (100 * factor)]) {
      assert.ok(
        ratio > 0.6 && ratio < 1.6,
        `${adaptation}: ${x}, ${y}, expected ${factor} and a hundredfold`,
      );
    }
  }
});

Deno.test("a mass matrix that is given is the first one, whatever the adaptation", async () => {
  for (const adaptation of ["running", "gradient", "windowed"] as const) {
    const kernel = new NUTS(correlated, { adaptation, inverseMassMatrix: [4, 400] });
    const mcmc = new MCMC(kernel, { numWarmup: 9, numSamples: 0, numChains: 1 });
    const { chains: [{ inverseMass }] } = await mcmc.warmup(random.key(0), [], quiet);
    assert.deepEqual([...inverseMass], [4, 400], adaptation);
  }
});

Deno.test("a warm-up goes on bit for bit, and finds the spread", async () => {
  const make = (numSamples: number) =>
    new MCMC(new NUTS(conjugate), {
      numWarmup: 100_000,
      numSamples,
      numChains: 1,
    });
  const abort = new AbortController(), whole = await make(50).run(random.key(4), [data], quiet);
  const cut = await make(50).run(random.key(4), [data], {
    signal: abort.signal,
    progress: () => abort.abort(),
  });
  assert.ok(cut.state.chains[0].adaptation, "it was stopped during the warm-up");
  const rest = await make(50).run(random.key(4), [data], { ...quiet, state: structuredClone(cut.state) });
  assert.deepEqual(rest.state, whole.state);
  const [variance] = whole.state.chains[0].inverseMass, { sd } = exactPosterior();
  assert.ok(Math.abs(Math.sqrt(variance) / sd - 1) < 0.1, `${Math.sqrt(variance)}, expected ${sd}`);
});
