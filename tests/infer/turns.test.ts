import assert from "node:assert/strict";
import { compile, type EngineName } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, Predictive, SVI, SVIEnsemble } from "../../lib/infer/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";
import { stopwatch } from "../stopwatch.ts";

const all: EngineName[] = [...present, "tfjs"];
const data = tf.tensor([1, 3, 2]) as Tensor, quiet = { progress: false };

function model(x?: Tensor) {
  const m = sample("m", new Normal(0, 10));
  using _rows = plate("rows", 3);
  return sample("x", new Normal(m, 1), { obs: x });
}

/**
 * Runs work that is told how long to go on, and counts the turns that a timer and a server get
 * meanwhile: one in 40 ms of work. Four a second are asked for, of the time that the process had.
 */
async function withOthers(work: (isOver: () => boolean) => Promise<unknown>): Promise<void> {
  const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("here"));
  let ticks = 0, served = 0, isDone = false;
  const timer = setInterval(() => ticks++, 10), began = performance.now(), seconds = stopwatch();
  const asking = (async () => {
    while (!isDone) {
      await (await fetch(`http://localhost:${server.addr.port}`)).text();
      served++;
    }
  })();
  await work(() => performance.now() - began > 800);
  const took = seconds();
  isDone = true;
  clearInterval(timer);
  assert.ok(ticks >= took * 4, `${ticks} turns of a timer in ${took} s`);
  if (took > 0.5) assert.ok(served >= 1, `no request was served in ${took} s`);
  await asking;
  await server.shutdown();
}

/** Repeats a call until time is over. */
const repeat = (call: () => Promise<unknown>) => async (isOver: () => boolean) => {
  while (!isOver()) await call();
};

for (const engine of all) {
  const options = { engine };

  Deno.test(`timers and requests get turns while one SVI and many train: engine ${engine}`, async () => {
    const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.01 }), undefined, options);
    const run = (isOver: () => boolean, seed = 0) => {
      const controller = new AbortController(), progress = () => isOver() && controller.abort();
      return svi.run(random.key(seed), 1_000_000, [data], { progress, signal: controller.signal });
    };
    await svi.run(random.key(0), 100, [data], quiet);
    await withOthers((isOver) => run(isOver));
    await withOthers((isOver) => Promise.all(Array.from({ length: 20 }, (_, i) => run(isOver, i))));
    const state = await svi.init(random.key(0), data);
    await withOthers(repeat(() => svi.step(state, data)));
    await withOthers(repeat(() => svi.evaluate(state, data)));
    await withOthers(repeat(() => svi.run(random.key(0), 20, () => [data], quiet)));
    await svi.release();
  });

  Deno.test(`timers and requests get turns while an ensemble trains and while draws are made: engine ${engine}`, async () => {
    const ensemble = new SVIEnsemble(model, new AutoNormal(model), adam({ lr: 0.01 }), undefined, {
      engine,
      members: 3,
    });
    const controller = new AbortController();
    await ensemble.run(random.key(0), 10, [data], quiet);
    await withOthers((isOver) =>
      ensemble.run(random.key(0), 1_000_000, [data], {
        progress: () => isOver() && controller.abort(),
        signal: controller.signal,
      })
    );
    await ensemble.release();
    const predict = new Predictive(model, { numSamples: engine === "tfjs" ? 50 : 300_000, engine });
    await predict(random.key(0));
    await withOthers(repeat(async () => tf.dispose(await predict(random.key(1)))));
    await predict.release();
    const fn = compile((x: Tensor) => x.exp().sum(), options);
    await withOthers(repeat(async () => (await fn(data)).dispose()));
    await fn.release();
  });

  Deno.test(`a signal ends a training between calls, and before the first where it is aborted already: engine ${engine}`, async () => {
    const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.01 }), undefined, options);
    const state = await svi.init(random.key(0), data);
    for (const args of [[data], () => [data]]) {
      const aborted = await svi.run(random.key(0), 100, args, {
        ...quiet,
        state,
        signal: AbortSignal.abort(),
      });
      assert.equal(aborted.losses.length, 0);
      assert.deepEqual(aborted.state, state);
      await svi.run(random.key(0), 1, args, { ...quiet, state });
      const signal = AbortSignal.timeout(150);
      const { losses } = await svi.run(random.key(0), 3_000_000, args, { ...quiet, signal });
      assert.ok(losses.length > 0);
    }
    await svi.release();
  });
}

Deno.test("the size of a prediction's calls depends on the numbers asked for alone", async () => {
  const big = new Predictive(model, { numSamples: 200_000, engine: "js" });
  const one = await big.arrays(random.key(3)), other = await big.arrays(random.key(3));
  assert.deepEqual(one, other);
  await big.release();
});
