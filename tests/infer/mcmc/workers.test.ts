import assert from "node:assert/strict";
import { loadMCMC, MCMC, NUTS, saveMCMC } from "../../../lib/infer/mod.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../../temporary.ts";
import { eightSchools, schools } from "./models.ts";

const quiet = { progress: false };
const make = (numWorkers: number, numSamples = 100, numWarmup = 100) =>
  new MCMC(new NUTS(eightSchools), { numWarmup, numSamples, numChains: 3, numWorkers });

Deno.test("draws are the same bit for bit, whatever the number of Workers", async () => {
  const here = await make(0).run(random.key(8), schools, quiet);
  for (const numWorkers of [1, 3]) {
    const { samples, extraFields, state, notices } = await make(numWorkers).run(
      random.key(8),
      schools,
      quiet,
    );
    assert.deepEqual(samples, here.samples);
    assert.deepEqual(extraFields, here.extraFields);
    assert.deepEqual(state, here.state);
    assert.deepEqual(notices, []);
  }
});

Deno.test("chains in Workers that are aborted keep their draws, and go on to what they would have been", async () => {
  const straight = await make(0, 30_000).run(random.key(2), schools, quiet), abort = new AbortController();
  const cut = await make(2, 30_000).run(random.key(2), schools, {
    signal: abort.signal,
    progress: ({ chains }) => chains.some(({ done }) => done > 100) && abort.abort(),
  });
  assert.ok(cut.numSamples < 30_000 && cut.state.unfinished, `${cut.numSamples}`);
  const saved = await inTemporaryFolder(async (folder) => {
    await saveMCMC(`${folder}/chains`, cut.state);
    return await loadMCMC(`${folder}/chains`);
  });
  assert.deepEqual(saved, structuredClone(cut.state));
  const { samples, state, extraFields } = await make(2, 30_000).run(random.key(0), schools, {
    ...quiet,
    state: saved,
  });
  assert.deepEqual(state, straight.state);
  assert.deepEqual(samples, straight.samples);
  assert.deepEqual(extraFields, straight.extraFields);
});
