import assert from "node:assert/strict";
import { chooseBackend, describeBackends } from "../../lib/backend/mod.ts";
import { compile, type EngineName, grad, hessian } from "../../lib/compile/mod.ts";
import { Bernoulli, constraints, Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoNormal,
  Predictive,
  RenyiELBO,
  SVI,
  SVIEnsemble,
  TraceGraphELBO,
} from "../../lib/infer/mod.ts";
import { module, param, plate, sample } from "../../lib/ppl/mod.ts";
import { linear } from "../../lib/nn/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";

const all: EngineName[] = [...present, "tfjs"];
const backends = (await describeBackends()).filter(({ available }) => available).map(({ name }) => name);

/** Does work once to warm up, then `times` more, after which there must be as many tensors. */
async function leavesNothing(times: number, work: () => Promise<void>): Promise<void> {
  await work();
  const before = tf.memory();
  for (let i = 0; i < times; i++) await work();
  const after = tf.memory();
  assert.deepEqual([after.numTensors, after.numDataBuffers, after.numBytes], [
    before.numTensors,
    before.numDataBuffers,
    before.numBytes,
  ]);
}

const x = () => tf.tensor([1, 2, 3]) as Tensor;

function model(data: Tensor) {
  const scale = param("scale", tf.ones([1]), { constraint: constraints.positive });
  const m = sample("m", new Normal(tf.zeros([2]), 1).toEvent(1));
  const shift = module("shift", linear(2, 1))(m.reshape([1, 2])).reshape([]);
  using _rows = plate("rows", 3);
  sample("x", new Normal(m.sum().add(shift), scale), { obs: data });
}

for (const backend of backends) {
  Deno.test(`training, predicting and compiling leave no tensors behind: backend ${backend}`, async () => {
    await chooseBackend(backend);
    try {
      const data = x();
      for (const engine of all) {
        const steps = engine === "js" || engine === "onnx" ? 1000 : 5;
        const svi = new SVI(model, new AutoNormal(model), adam({ lr: 0.01 }), undefined, { engine });
        let state = await svi.init(random.key(0), data);
        await leavesNothing(steps, async () => void ([state] = await svi.step(state, data)));
        await leavesNothing(3, async () => {
          state = await svi.init(random.key(0), data);
          await svi.evaluate(state, data);
          tf.dispose(svi.getParams(state));
          for (const args of [[data], () => [data]]) {
            const { params } = await svi.run(random.key(1), 3, args, { progress: false });
            tf.dispose(params);
          }
        });
        await svi.release();
      }
      data.dispose();
    } finally {
      await chooseBackend("cpu");
    }
  });

  Deno.test(`200 times compile, call and release leave no tensors behind: backend ${backend}`, async () => {
    await chooseBackend(backend);
    try {
      const at = x();
      for (const engine of all) {
        await leavesNothing(engine === "js" || engine === "onnx" ? 200 : 3, async () => {
          const fn = compile((a: Tensor) => tf.tidy(() => a.mul(2).add([1, 2, 3]).tanh()), { engine });
          (await fn(at)).dispose();
          await fn.release();
        });
      }
      at.dispose();
    } finally {
      await chooseBackend("cpu");
    }
  });
}

const local = (data?: Tensor) => {
  const m = sample("m", new Normal(0, 1));
  using _rows = plate("rows", 3);
  sample("x", new Normal(m, 1), { obs: data });
};

Deno.test("trainings, ensembles and predictions made anew leave no tensors behind", async () => {
  const data = x(), quiet = { progress: false };
  await leavesNothing(5, async () => {
    const guide = new AutoNormal(local), optimiser = adam({ lr: 0.01 });
    const svi = new SVI(local, guide, optimiser),
      ensemble = new SVIEnsemble(local, guide, optimiser, undefined, { members: 2 });
    const { params } = await svi.run(random.key(0), 5, [data], quiet);
    tf.dispose((await ensemble.run(random.key(0), 5, [data], quiet)).params);
    for (const parallel of [false, true]) {
      const predict = new Predictive(local, { guide, params, numSamples: 4, parallel });
      tf.dispose(await predict(random.key(1)));
      await predict.release();
    }
    tf.dispose(params);
    await svi.release();
    await ensemble.release();
  });
});

Deno.test("losses with score functions, baselines and weights of particles leave no tensors behind", async () => {
  const net = linear(1, 1), quiet = { progress: false };
  const coins = () => {
    const a = sample("a", new Bernoulli(0.5)), b = sample("b", new Bernoulli(0.5));
    sample("x", new Normal(a.add(b), 1), { obs: 1 });
  };
  const guide = () => {
    const baseline = module("baseline", net), l = param("l", tf.scalar(0)), logits = l;
    const a = sample("a", new Bernoulli({ logits }), {
      infer: { baseline: { useDecayingAvgBaseline: true } },
    });
    const nnBaseline = (x: Tensor) => baseline(x).reshape([]);
    const infer = { baseline: { nnBaseline, nnBaselineInput: a.reshape([1, 1]) } };
    sample("b", new Bernoulli({ logits: l }), { infer });
  };
  for (const engine of all) {
    for (const loss of [new TraceGraphELBO(), new TraceGraphELBO({ numParticles: 2 }), new RenyiELBO()]) {
      await leavesNothing(2, async () => {
        const svi = new SVI(coins, guide, adam({ lr: 0.01 }), loss, { engine });
        const { params } = await svi.run(random.key(0), 5, [], quiet);
        tf.dispose(params);
        await svi.release();
      });
    }
  }
});

Deno.test("derivatives taken eagerly leave only their results behind", async () => {
  const at = x(), loss = (a: Tensor) => a.mul(2).sin().sum().add(a.square().sum());
  await leavesNothing(5, async () => {
    tf.dispose([await grad(loss)(at), hessian(loss)(at)]);
  });
});

Deno.test("what fails leaves no tensors behind", async () => {
  const at = x(), quiet = { progress: false };
  const diverging = () => void sample("x", new Normal(param("m", tf.scalar(1e38)), 1), { obs: -1e38 });
  const svi = new SVI(diverging, () => {}, adam({ lr: 1e38 }));
  await leavesNothing(5, async () => {
    await assert.rejects(compile((a: Tensor) => a.mul([1, 2, 3]).add(a.dataSync()[0]))(at));
    await assert.rejects(compile((a: Tensor) => a.add([1, 2, 3]).matMul(a))(at));
    await assert.rejects(svi.run(random.key(0), 5, [], quiet));
  });
  await svi.release();
});
