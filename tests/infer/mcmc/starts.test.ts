import assert from "node:assert/strict";
import {
  adam,
  AutoNormal,
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
  MCMC,
  NUTS,
  SVI,
} from "../../../lib/infer/mod.ts";
import { Dirichlet, Normal } from "../../../lib/distributions/mod.ts";
import { plate, sample } from "../../../lib/ppl/mod.ts";
import { random, tf } from "../../../lib/tensor/mod.ts";

const quiet = { progress: false }, key = random.key(0);

const model = () => {
  sample("mean", new Normal(0, 1));
  sample("shares", new Dirichlet([1, 1, 1]));
  using _members = plate("members", 2);
  sample("x", new Normal(0, 1));
};

Deno.test("each chain starts at one of the draws that it is given, the same draw for all sites", async () => {
  const earlier = new MCMC(new NUTS(model), { numWarmup: 100, numSamples: 50, numChains: 2 });
  const { samples } = await earlier.run(key, [], quiet);
  const kernel = new NUTS(model, { initStrategy: initToValue({ values: samples }) });
  const mcmc = new MCMC(kernel, { numWarmup: 0, numSamples: 0, numChains: 6 });
  const { state } = await mcmc.run(random.key(1), [], quiet);
  const found = state.chains.map(({ position: [mean, , , ...x] }) => {
    const at = samples.mean.data.findIndex((value: number) => Math.abs(value - mean) < 1e-6);
    assert.ok(at >= 0, `${mean} is none of the draws`);
    x.forEach((value, i) => assert.ok(Math.abs(value - samples.x.data[2 * at + i]) < 1e-6));
    return at;
  });
  assert.ok(new Set(found).size > 3, `chains start at ${found}`);
});

Deno.test("values without draws are the start of every chain", async () => {
  const values = { mean: 0.5, shares: [0.2, 0.3, 0.5], x: tf.tensor1d([1, -1]) };
  const kernel = new NUTS(model, { initStrategy: initToValue({ values }) });
  const mcmc = new MCMC(kernel, { numWarmup: 0, numSamples: 0, numChains: 2 });
  const { state: { chains: [first, second] } } = await mcmc.run(key, [], quiet);
  assert.deepEqual(first.position, second.position);
  assert.deepEqual([...first.position].filter((_, i) => i !== 1 && i !== 2), [0.5, 1, -1]);
});

Deno.test("a strategy that was not called is told, by chains and guides", async () => {
  const one = () => void sample("x", new Normal(0, 1));
  for (const maker of [initToFeasible, initToMean, initToMedian, initToSample, initToUniform, initToValue]) {
    const initStrategy = maker as never, { name } = maker as { name: string };
    const told = (error: Error) =>
      error.message.startsWith(
        `Cannot start: the strategy is the function ${name} itself, expected what it returns: ${name}()`,
      );
    const mcmc = new MCMC(new NUTS(one, { initStrategy }), { numChains: 1, numWarmup: 1, numSamples: 1 });
    await assert.rejects(mcmc.run(key, [], { progress: false }), told);
    const svi = new SVI(one, new AutoNormal(one, { initStrategy }), adam({ lr: 0.1 }));
    await assert.rejects(svi.run(key, 1, []), told);
  }
});
