import assert from "node:assert/strict";
import { MCMC, NUTS } from "../../../lib/infer/mod.ts";
import { moments } from "../../../lib/statistics/mod.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { conjugate, data, exactPosterior } from "../models.ts";
import { eightSchools, schools } from "./models.ts";

const quiet = { progress: false };

Deno.test("draws depend on the key and the number of the chain alone", async () => {
  const run = async (numChains: number, numSamples: number) => {
    const mcmc = new MCMC(new NUTS(conjugate), { numWarmup: 100, numSamples, numChains });
    const { chains, state } = await mcmc.run(random.key(3), [data], quiet);
    await mcmc.release();
    return { mu: chains.mu, state };
  };
  const two = await run(2, 60), three = await run(3, 60);
  assert.deepEqual(three.mu.data.slice(0, 120), two.mu.data);
  assert.deepEqual(three.state.chains[1], two.state.chains[1]);
  assert.notDeepEqual(two.mu.data.slice(0, 60), two.mu.data.slice(60));
});

Deno.test("a run in parts is the run in one, bit for bit: warm-up, then draws, then more", async () => {
  const lengths = { numWarmup: 150, numChains: 2 };
  const whole = new MCMC(new NUTS(eightSchools), { ...lengths, numSamples: 100 });
  const half = new MCMC(new NUTS(eightSchools), { ...lengths, numSamples: 50 });
  const { chains, state } = await whole.run(random.key(1), schools, quiet);
  const warm = await half.warmup(random.key(1), schools, quiet);
  // What was saved is what was there.
  const first = await half.run(random.key(9), schools, { ...quiet, state: structuredClone(warm) });
  const second = await half.run(random.key(9), schools, { ...quiet, state: structuredClone(first.state) });
  assert.deepEqual(second.state, state);
  for (const name of ["mu", "tau", "theta_base"]) {
    const width = chains[name].data.length / 200,
      row = (c: number, i: number, of: typeof chains, n: number) =>
        of[name].data.slice((c * n + i) * width, (c * n + i + 50) * width);
    for (const c of [0, 1]) {
      assert.deepEqual(row(c, 0, first.chains, 50), row(c, 0, chains, 100));
      assert.deepEqual(row(c, 0, second.chains, 50), row(c, 50, chains, 100));
    }
  }
});

Deno.test("an aborted warm-up goes on where it was", async () => {
  const mcmc = new MCMC(new NUTS(eightSchools), { numWarmup: 50_000, numSamples: 10, numChains: 2 });
  const straight = await mcmc.run(random.key(5), schools, quiet), abort = new AbortController();
  const cut = await mcmc.run(random.key(5), schools, {
    signal: abort.signal,
    progress: ({ chains }) => chains[0].done > 0 && abort.abort(),
  });
  const [{ step, adaptation }] = cut.state.chains;
  assert.ok(step > 0 && step < 50_000 && adaptation, `it stopped at step ${step}`);
  assert.equal(cut.numSamples, 0);
  const { state, samples } = await mcmc.run(random.key(5), schools, { ...quiet, state: cut.state });
  assert.deepEqual(state, straight.state);
  assert.deepEqual(samples, straight.samples);
  await mcmc.release();
});

Deno.test("the posterior of a conjugate model is the exact one, with thinning too", async () => {
  const mcmc = new MCMC(new NUTS(conjugate), { numWarmup: 300, numSamples: 2000, thinning: 2 });
  const { samples, extraFields } = await mcmc.run(random.key(2), [data], quiet),
    { mean, sd } = exactPosterior();
  const found = moments(samples.mu.data);
  assert.ok(Math.abs(found.mean - mean) < 4 * sd / Math.sqrt(4000), `mean ${found.mean}, expected ${mean}`);
  assert.ok(Math.abs(found.sd / sd - 1) < 0.05, `sd ${found.sd}, expected ${sd}`);
  assert.deepEqual(extraFields.energy.shape, [4, 2000]);
  assert.ok(moments(extraFields.acceptProb.data).mean > 0.7);
  await mcmc.release();
});
