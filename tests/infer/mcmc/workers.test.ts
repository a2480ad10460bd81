import assert from "node:assert/strict";
import { loadMCMC, MCMC, NUTS, saveMCMC } from "../../../lib/infer/mod.ts";
import { firstState } from "../../../lib/infer/mcmc/make_chain.ts";
import { ChainRecord } from "../../../lib/infer/mcmc/record.ts";
import { runInWorkers } from "../../../lib/infer/mcmc/run_in_workers.ts";
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

Deno.test("a chain whose Worker closes itself keeps its draws and says why; the other goes on", async () => {
  // A normal posterior, which ends its Worker after 2,000 evaluations if it began beyond 40.
  const source = `let count = 0, isBad = false;
    return {
      prepare() {},
      run([x, gradient, energy]) {
        [gradient[0], energy[0]] = [x[0], x[0] * x[0] / 2];
        if (++count === 1) isBad = x[0] > 40;
        if (isBad && count === 2000) close();
        if (isBad && count > 2000) for (const end = Date.now() + 1; Date.now() < end;);
      },
    };`;
  const program = { source, shared: 0, precision: "float64" as const, buffers: [], products: [] };
  const settings = { ...new NUTS(() => {}).settings, dense: [] },
    plan = { first: 100, draws: 20_000, thinning: 1 };
  const records = [0, 50, 1].map((start, c) =>
    new ChainRecord(
      plan,
      firstState(settings, random.key(c).data, 100, Float64Array.of(start), Float64Array.of(1)),
    )
  );
  const shared = { settings, program, data: [] };
  // The chain that waits for the one that fails has a Worker of its own.
  await runInWorkers(records, { atATime: 2, shared, report: () => {}, signal: undefined });
  assert.deepEqual(records.map(({ failure }) => failure), [
    undefined,
    "the Worker ended of itself",
    undefined,
  ]);
  assert.deepEqual([records[0].kept, records[2].kept], [20_000, 20_000]);
  assert.ok(records[1].kept < 20_000);
});
