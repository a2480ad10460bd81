import assert from "node:assert/strict";
import { loadMCMC, MCMC, type MCMCState, NUTS, type NUTSOptions } from "../../../lib/infer/mod.ts";
import { ChainRecord } from "../../../lib/infer/mcmc/record.ts";
import { runInWorkers } from "../../../lib/infer/mcmc/run_in_workers.ts";
import { random } from "../../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../../temporary.ts";
import { eightSchools, longRun, schools } from "./models.ts";

const quiet = { progress: false };

/** Runs the chains in a process, which kills itself once it has saved them, and under a limit of the size of files in KiB. */
async function run(checkpoint: string, numWorkers: number, { isKilled = false, limit = "unlimited" }) {
  const script = new URL("./long_process.ts", import.meta.url).pathname;
  // A write beyond the limit fails, as the signal that comes with it is ignored.
  const command = `trap "" XFSZ; ulimit -f ${limit}; exec "$0" run -A --quiet --no-check "$@"`;
  const args = ["-c", command, Deno.execPath(), script, checkpoint, `${numWorkers}`, `${isKilled}`];
  const { stdout, signal } = await new Deno.Command("bash", { args, stderr: "inherit" }).output();
  return { signal, text: new TextDecoder().decode(stdout) };
}

const straight = await longRun(0).run(random.key(6), schools, quiet);

for (const numWorkers of [0, 2]) {
  Deno.test(`chains that are killed twice (kill -9) go on to what they would have been, with ${numWorkers} Workers`, async () => {
    await inTemporaryFolder(async (folder) => {
      const checkpoint = `${folder}/chains`, steps = [0];
      for (let kill = 0; kill < 2; kill++) {
        const { signal } = await run(checkpoint, numWorkers, { isKilled: true });
        assert.equal(signal, "SIGKILL");
        steps.push((await loadMCMC(checkpoint)).chains.reduce((sum, { step }) => sum + step, 0));
      }
      assert.ok(steps[1] > 0 && steps[2] > steps[1] && steps[2] < 2 * 60_500, `killed at ${steps}`);
      const state = await loadMCMC(checkpoint);
      const found = await longRun(numWorkers).run(random.key(0), schools, { ...quiet, state });
      assert.deepEqual(found.state, straight.state);
      assert.deepEqual(found.samples, straight.samples);
      assert.deepEqual(found.extraFields, straight.extraFields);
      assert.equal(found.divergences, straight.divergences);
    });
  });
}

Deno.test("the checkpoint at the end of a run has all of it", async () => {
  await inTemporaryFolder(async (folder) => {
    for (const numWorkers of [0, 2]) {
      const checkpoint = `${folder}/chains`, options = { ...quiet, checkpoint, checkpointSeconds: 0 };
      await longRun(numWorkers).run(random.key(6), schools, options);
      const { chains, unfinished } = await loadMCMC(checkpoint);
      assert.deepEqual(chains, straight.state.chains);
      assert.equal(unfinished![0].statistics.length, 7 * 6000);
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["chains"]);
    }
  });
});

Deno.test("where a disk is full the run goes on, says so, and the last checkpoint that was whole is there", async () => {
  await inTemporaryFolder(async (folder) => {
    const checkpoint = `${folder}/chains`, { text } = await run(checkpoint, 0, { limit: "600" });
    const notices: string[] = JSON.parse(text);
    assert.ok(
      notices.some((notice) =>
        /^The checkpoint .*chains was not written: Cannot write .*: .*too large/.test(notice)
      ),
      `${notices}`,
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["chains"]);
    const state = await loadMCMC(checkpoint), [{ step }] = state.chains;
    assert.ok(step > 0 && step < 60_500, `the last checkpoint is of step ${step}`);
    const found = await longRun(0).run(random.key(0), schools, { ...quiet, state });
    assert.deepEqual(found.state, straight.state);
  });
});

/** Eight schools at the state after a warm-up, where the second of three chains has no mass. */
async function withBrokenChain(): Promise<MCMCState> {
  const { state } = await new MCMC(new NUTS(eightSchools), { numWarmup: 100, numSamples: 0, numChains: 3 })
    .run(random.key(1), schools, quiet);
  const chains = state.chains.map((one, c) =>
    c === 1 ? { ...one, inverseMass: one.inverseMass.map(() => NaN) } : one
  );
  return { ...state, chains };
}

for (const numWorkers of [0, 1, 3]) {
  Deno.test(`a chain that cannot go on leaves the others their draws, with ${numWorkers} Workers`, async () => {
    const lengths = { numWarmup: 100, numSamples: 20, numWorkers }, state = await withBrokenChain();
    const make = () => new MCMC(new NUTS(eightSchools), lengths);
    const { numChains, chains, notices, state: after } = await make().run(random.key(0), schools, {
      ...quiet,
      state,
    });
    assert.deepEqual([numChains, chains.mu.shape, after.chains.length], [2, [2, 20], 2]);
    assert.equal(notices.length, 1);
    assert.match(
      notices[0],
      /^Chain 1 failed and is left out: Cannot use the inverse mass matrix: found NaN/,
    );
    await inTemporaryFolder(async (folder) => {
      const checkpoint = `${folder}/chains`;
      await make().run(random.key(0), schools, { ...quiet, state, checkpoint });
      const saved = await loadMCMC(checkpoint);
      assert.deepEqual(
        saved.chains.map(({ step }) => step),
        [120, 100, 120],
        "the one that failed is not lost",
      );
    });
    const whole = { ...state, chains: [state.chains[0], state.chains[2]] };
    const alone = await make().run(random.key(0), schools, { ...quiet, state: whole });
    assert.deepEqual(chains, alone.chains);
    const none = { ...state, chains: [state.chains[1]] };
    await assert.rejects(make().run(random.key(0), schools, { ...quiet, state: none }), /found NaN/);
  });
}

/** A potential whose first chain does something to its Worker, once it has made some draws. */
const dying = (how: string): string =>
  `let n = 0;
return { prepare() {}, run([position, , energy]) {
  if (position[0] > 1e6 && ++n === 20) queueMicrotask(() => { ${how} });
} };`;
const deaths = {
  "throws outside of all": 'throw new Error("the Worker is gone")',
  "closes itself": "close()",
};

for (const [what, how] of Object.entries(deaths)) {
  Deno.test(`a Worker that ${what} leaves the other chains their draws`, async () => {
    const mcmc = new MCMC(new NUTS(eightSchools), { numWarmup: 0, numSamples: 0, numChains: 3 });
    const { chains } = (await mcmc.run(random.key(1), schools, quiet)).state;
    const plan = { first: 0, draws: 500, thinning: 1 };
    const records = chains.map((one, c) =>
      new ChainRecord(plan, { ...one, position: one.position.map((x) => c === 0 ? 1e7 : x) })
    );
    const program = {
      source: dying(how),
      shared: 0,
      precision: "float64",
      buffers: [],
      products: [],
    } as const;
    const settings = { ...new NUTS(eightSchools).settings, dense: [] };
    await runInWorkers(records, {
      // The last chain has the Worker after the one that died.
      atATime: 1,
      shared: { settings, program, data: [] },
      report() {},
      signal: undefined,
    });
    assert.deepEqual(records.map(({ kept }) => kept).slice(1), [500, 500]);
    assert.match(records[0].failure!, /the Worker is gone|the Worker ended of itself/);
  });
}

Deno.test("a fixed step size is the same after a warm-up that was ended and gone on with", async () => {
  for (const adaptation of ["running", "windowed"] as const) {
    const kernel = new NUTS(eightSchools, { stepSize: 0.2, adaptStepSize: false, adaptation });
    const make = () => new MCMC(kernel, { numWarmup: 30_000, numSamples: 20, numChains: 1 });
    const abort = new AbortController(), whole = await make().run(random.key(2), schools, quiet);
    const options = { signal: abort.signal, progress: () => abort.abort() };
    const { state } = await make().run(random.key(2), schools, options);
    assert.ok(state.chains[0].adaptation, "it was ended in its warm-up");
    const { state: after, samples } = await make().run(random.key(2), schools, { ...quiet, state });
    assert.deepEqual(after, whole.state);
    assert.deepEqual(samples, whole.samples);
  }
});

Deno.test("a state of a kernel with another mass matrix or another warm-up is refused", async () => {
  const make = (options: NUTSOptions) =>
    new MCMC(new NUTS(eightSchools, options), { numWarmup: 30_000, numSamples: 9 });
  const state = async (options: NUTSOptions) => {
    const abort = new AbortController();
    const given = { signal: abort.signal, progress: () => abort.abort() };
    return (await make(options).run(random.key(2), schools, given)).state;
  };
  const kinds: NUTSOptions[] = [{}, { adaptation: "windowed" }, { adaptation: "gradient" }, {
    denseMass: true,
  }, {
    denseMass: [["theta_base"]],
  }];
  for (const [i, from] of kinds.entries()) {
    const given = await state(from);
    for (const [j, to] of kinds.entries()) {
      if (i === j) continue;
      await assert.rejects(make(to).run(random.key(0), schools, { ...quiet, state: given }), {
        message:
          /^Cannot go on: the state is of a kernel with another mass matrix or another warm-up than that of NUTS here/,
      });
    }
  }
});
