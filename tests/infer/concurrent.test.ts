import assert from "node:assert/strict";
import type { EngineName } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, Predictive, SVI, SVIEnsemble, TraceELBO } from "../../lib/infer/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";

const all: EngineName[] = [...present, "tfjs"];
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const data = tf.tensor([1, 3, 2]) as Tensor, shifted = tf.tensor([2, 4, 3]) as Tensor;
const other = tf.tensor([-1, 0]) as Tensor;

function model(x?: Tensor) {
  const m = sample("m", new Normal(0, 10));
  using _rows = plate("rows", x?.shape[0] ?? 3);
  return sample("x", new Normal(m, 1), { obs: x });
}

/** Runs jobs one after the other, then all at once; the results must be the same. */
async function compare(jobs: (() => Promise<unknown>)[]): Promise<void> {
  const alone: unknown[] = [];
  for (const job of jobs) alone.push(await job());
  assert.deepEqual(await Promise.all(jobs.map((job) => job())), alone);
  assert.notDeepEqual(alone[0], alone[1]);
}

const values = (tensors: Record<string, Tensor>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, [...t.dataSync()]]));

for (const engine of all) {
  const isSlow = engine === "tfjs" || engine === "xla", steps = isSlow ? 5 : 150;

  Deno.test(`trainings, losses and draws of one SVI at the same time are those of one after the other: engine ${engine}`, async () => {
    const guide = new AutoNormal(model);
    const svi = new SVI(model, guide, adam({ lr: 0.1 }), new TraceELBO({ numParticles: 2 }), { engine });
    const state = await svi.init(random.key(9), data);
    await compare(
      range(8).flatMap((i) => [
        async () => {
          const args = i % 2 ? [data] : [other];
          const { losses, params } = await svi.run(random.key(i), steps, args, {
            progress: false,
            chunk: 1 + 20 * i,
          });
          return [losses, values(params)];
        },
        async () => {
          const { state } = await svi.run(random.key(i), 3, (s) => [s % 2 ? data : shifted], {
            progress: false,
          });
          return state;
        },
        async () => await svi.evaluate({ ...state, step: i }, data),
        async () => await svi.step({ ...state, step: i }, data),
      ]),
    );
    await svi.release();
  });

  Deno.test(`predictions at the same time are those of one after the other: engine ${engine}`, async () => {
    for (
      const options of [{ batchSize: 7 }, { parallel: true }, { posteriorSamples: { m: tf.range(0, 20) } }]
    ) {
      const predict = new Predictive(model, { numSamples: 20, engine, ...options });
      await compare(range(isSlow ? 3 : 12).map((i) => async () => values(await predict(random.key(i)))));
      await predict.release();
    }
  });

  Deno.test(`ensembles at the same time are those of one after the other: engine ${engine}`, async () => {
    const ensemble = new SVIEnsemble(model, new AutoNormal(model), adam({ lr: 0.1 }), undefined, {
      engine,
      members: 3,
    });
    await compare(
      range(4).map((i) => async () => {
        const { losses, params } = await ensemble.run(random.key(i), steps, [data], { progress: false });
        return [losses, values(params)];
      }),
    );
    await ensemble.release();
  });

  Deno.test(`release() lets a training and a prediction that are under way end: engine ${engine}`, async () => {
    const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.1 }), undefined, { engine });
    const options = { progress: false, chunk: Math.ceil(steps / 5) },
      run = () => svi.run(random.key(0), steps, [data], options);
    const { losses } = await run(), late = run();
    let calls = 0;
    const during = svi.run(random.key(0), steps, [data], {
      ...options,
      progress: () => void (++calls === 2 && svi.release()),
    });
    for (const result of await Promise.all([during, late])) assert.deepEqual(result.losses, losses);
    assert.deepEqual((await run()).losses, losses);
    await svi.release();

    const predict = new Predictive(model, { numSamples: 10, batchSize: 3, engine });
    const alone = values(await predict(random.key(0))), under = predict(random.key(0));
    await predict.release();
    assert.deepEqual(values(await under), alone);
    await predict.release();
  });
}

Deno.test("a training has read its arguments when it returns", async () => {
  const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.1 })), x = data.clone();
  const { losses } = await svi.run(random.key(0), 20, [data], { progress: false });
  const run = svi.run(random.key(0), 20, [x], { progress: false });
  x.dispose();
  assert.deepEqual((await run).losses, losses);
  await svi.release();
});
