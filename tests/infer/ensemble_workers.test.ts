import assert from "node:assert/strict";
import { adam, AutoNormal, Normal, param, sample, SVIEnsemble } from "../../mod.ts";
import { network } from "./network.ts";
import type { Arguments } from "../../lib/infer/stepping/mod.ts";
import { processors } from "../../lib/workers/pays.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

const key = random.key(3), quiet = { progress: false };

const args = [random.normal(random.key(1), [7, 3]), random.normal(random.key(2), [7])];
const make = (numWorkers?: number, engine: "js" | "wasm" | "onnx" = "wasm", members = 5) =>
  new SVIEnsemble(network, new AutoNormal(network), adam({ lr: 0.05 }), undefined, {
    members,
    engine,
    numWorkers,
  });

for (const engine of ["js", "wasm"] as const) {
  Deno.test(`an ensemble is the same bit for bit, whatever the number of Workers, with ${engine}`, async () => {
    const here = await make(0, engine).run(key, 700, args, quiet);
    for (const numWorkers of [1, 2, 3]) {
      const { state, losses, diverged } = await make(numWorkers, engine).run(key, 700, args, quiet);
      assert.deepEqual(state, here.state);
      assert.deepEqual(losses, here.losses);
      assert.deepEqual(diverged, here.diverged);
    }
  });
}

/** Has `body` done, which may ask how many Workers have been started; returns how many they were. */
async function withWorkers(
  body: (started: () => number) => Promise<void>,
  scriptOf = (script: URL) => script,
): Promise<number> {
  const { Worker } = globalThis;
  let started = 0;
  globalThis.Worker = class extends Worker {
    constructor(script: string | URL, options?: WorkerOptions) {
      super(scriptOf(new URL(script)), options);
      started++;
    }
  };
  try {
    await body(() => started);
  } finally {
    globalThis.Worker = Worker;
  }
  return started;
}

Deno.test("an ensemble in Workers that is aborted is at one step, and goes on to what it would have been", async () => {
  const straight = await make(0).run(key, 4000, args, quiet), abort = new AbortController();
  const started = await withWorkers(async () => {
    const cut = await make(2).run(key, 4000, args, {
      signal: abort.signal,
      progress: ({ done }) => done > 1 && abort.abort(),
    });
    const { step } = cut.state;
    assert.ok(step > 1 && step < 4000, `ended at step ${step}`);
    assert.deepEqual(cut.losses.shape, [step, 5]);
    const rest = await make(0).run(key, 4000 - step, args, { ...quiet, state: structuredClone(cut.state) });
    assert.deepEqual(rest.state, straight.state);
    assert.deepEqual([...cut.losses.data, ...rest.losses.data], [...straight.losses.data]);
  });
  assert.equal(started, 2);
});

Deno.test("members that diverge in a Worker leave the others be", async () => {
  const fragile = () => {
    const p = param("p", (k) => random.normal(k, []).mul(100));
    sample("y", new Normal(tf.log(p), 1), { obs: tf.scalar(0) });
  };
  const of = (numWorkers: number) =>
    new SVIEnsemble(fragile, () => {}, adam({ lr: 0.01 }), undefined, {
      members: 6,
      numWorkers,
      engine: "js",
    });
  const [here, there] = [await of(0).run(key, 9, [], quiet), await of(2).run(key, 9, [], quiet)];
  assert.ok(here.diverged.length > 0 && here.diverged.length < 6);
  assert.deepEqual([there.diverged, there.losses, there.state], [here.diverged, here.losses, here.state]);
});

Deno.test("only what is the same in Workers goes there, as many as members, and nothing short by itself", async () => {
  const started = (ensemble: SVIEnsemble, args_: Arguments = args) =>
    withWorkers(async () => {
      await ensemble.run(key, 3, args_, quiet);
      await ensemble.release();
    });
  assert.equal(await started(make(3, "js", 2)), 2);
  assert.equal(await started(make(0)), 0);
  assert.equal(await started(make(3, "onnx")), 0, "of ONNX Runtime");
  assert.equal(await started(make(3), () => args), 0, "of arguments that may differ");
  assert.equal(await started(make(undefined)), 0, "of a short run");
});

Deno.test("an ensemble that has long to go is shared out to as many Workers as processors", async () => {
  const abort = new AbortController(), most = processors(), late = performance.now() + 2000;
  const ended = await withWorkers(async (started) => {
    const progress = () => {
      if (started() > 0 || performance.now() > late) abort.abort();
    };
    const { state } = await make(undefined, "wasm", 60).run(key, 300_000, args, {
      signal: abort.signal,
      progress,
    });
    assert.ok(state.step > 0 && state.step < 300_000);
  });
  assert.equal(ended, most > 1 ? most : 0);
});

const deaths: Record<string, readonly [code: string, message: RegExp]> = {
  "throws outside of all": ['throw new Error("the Worker is gone")', /the Worker is gone/],
  "closes itself": ["close()", /the Worker ended of itself/],
};

for (const [what, [code, message]] of Object.entries(deaths)) {
  Deno.test(`a Worker that ${what} ends the training with an error that says whose it was`, async () => {
    let count = 0;
    await withWorkers(
      () =>
        assert.rejects(make(2).run(key, 500_000, args, quiet), ({ message: found }: Error) => {
          assert.match(found, /^Cannot train members 2 to 4 in a Worker: /);
          assert.match(found, message);
          return true;
        }),
      (script) => {
        const source = `import ${JSON.stringify(script.href)}; setTimeout(() => { ${code} }, 300);`;
        return count++ === 1 ? new URL(`data:text/javascript,${encodeURIComponent(source)}`) : script;
      },
    );
  });
}

Deno.test("SVIEnsemble throws on a number of Workers that there is not", () => {
  for (const numWorkers of [-1, 1.5, "2"]) {
    assert.throws(
      () => make(numWorkers as number),
      new RegExp(
        `^Error: Cannot make SVIEnsemble: numWorkers is "?${numWorkers}"?, expected an integer of at least 0$`,
      ),
    );
  }
});
