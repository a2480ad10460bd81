import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDelta,
  AutoDiagonalNormal,
  AutoNormal,
  Predictive,
  SVI,
  SVIEnsemble,
  TraceELBO,
  tracePair,
} from "../../lib/infer/mod.ts";
import { linear } from "../../lib/nn/mod.ts";
import { deterministic, module, param, plate, sample, seed, trace } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), normal = () => new Normal(0, 1);
const optimiser = () => adam({ lr: 0.1 });
const latent = () => sample("z", normal()),
  observed = (z: Tensor) => void sample("x", new Normal(z, 1), { obs: 3 });
const plain = () => observed(latent());
const byHand = () => sample("z", new Normal(param("loc", 0), 1));

/** A model and a guide that use a name for two things, and the clash as the error tells it. */
const clashes: Record<
  string,
  readonly [model: () => void, guide: (model: () => void) => () => unknown, RegExp]
> = {
  "a parameter called as one of AutoNormal's": [
    () => observed(latent().add(param("z_auto_loc", 100))),
    (model) => new AutoNormal(model),
    /"z_auto_loc" is a parameter of the model and a parameter of the guide/,
  ],
  "a parameter called as one of AutoDelta's": [
    () => observed(latent().add(param("z_auto_loc", 100))),
    (model) => new AutoDelta(model),
    /"z_auto_loc" is a parameter of the model and a parameter of the guide/,
  ],
  "a parameter called as one of AutoDiagonalNormal's": [
    () => observed(latent().add(param("auto_scale", 100))),
    (model) => new AutoDiagonalNormal(model),
    /"auto_scale" is a parameter of the model and a parameter of the guide/,
  ],
  "a parameter of both, each declared for itself": [
    () => observed(latent().add(param("loc", 1))),
    () => byHand,
    /"loc" is a parameter of the model and a parameter of the guide/,
  ],
  "a parameter of the guide called as an observed site": [
    plain,
    () => () => sample("z", new Normal(param("x", 0), 1)),
    /"x" is a sample site of the model and a parameter of the guide/,
  ],
  "a parameter of the guide called as a latent site": [
    () => (sample("b", normal()), plain()),
    () => () => (sample("z", new Normal(param("b", 0), 1)), undefined),
    /"b" is a sample site of the model and a parameter of the guide/,
  ],
  "a parameter of the model called as an auxiliary site": [
    () => observed(latent().add(param("a", 1))),
    () => () => (sample("a", normal(), { infer: { isAuxiliary: true } }), byHand()),
    /"a" is a parameter of the model and a sample site of the guide/,
  ],
  "a plate of the model called as a parameter": [
    () => {
      const z = latent();
      using _p = plate("p", 2);
      observed(z);
    },
    () => () => sample("z", new Normal(param("p", 0), 1)),
    /"p" is a plate of the model and a parameter of the guide/,
  ],
  "a computed site called as a parameter": [
    () => observed(deterministic("d", latent().mul(2))),
    () => () => sample("z", new Normal(param("d", 0), 1)),
    /"d" is a computed site of the model and a parameter of the guide/,
  ],
};

for (const [what, [model, of, message]] of Object.entries(clashes)) {
  Deno.test(`${what} is refused: in training, evaluation, prediction, and by hand`, async () => {
    const guide = of(model),
      params = Object.fromEntries(
        ["z_auto_loc", "z_auto_scale", "auto_loc", "auto_scale", "loc", "x", "b", "a", "p", "d"].map((
          name,
        ) => [name, tf.scalar(1)]),
      );
    await assert.rejects(new SVI(model, guide, optimiser()).run(key, 1, []), message);
    await assert.rejects(new SVI(model, guide, optimiser()).init(key), message);
    const custom = (_key: random.ThreefryKey, m: () => void, g: () => unknown) => {
      const run = trace(seed(m, key)).get();
      trace(seed(g, key)).get();
      return run.logProbSum();
    };
    await assert.rejects(new SVI(model, guide, optimiser(), custom as never).run(key, 1, []), message);
    const particles = new TraceELBO({ numParticles: 3 });
    await assert.rejects(new SVI(model, guide, optimiser(), particles).run(key, 1, []), message);
    const ensemble = new SVIEnsemble(model, guide, optimiser(), undefined, { members: 2 });
    await assert.rejects(ensemble.run(key, 1), message);
    assert.throws(() => tracePair(key, model, guide, []), message);
    if (!(guide instanceof AutoDiagonalNormal)) {
      for (const parallel of [false, true]) {
        await assert.rejects(new Predictive(model, { guide, params, numSamples: 2, parallel })(key), message);
      }
    }
  });
}

Deno.test("model and guide share a network, or a tree of first values, that both register with module", async () => {
  const net = linear(1, 1), tree = { shift: tf.scalar(1) };
  const shift = () => module("net", net)(tf.ones([1, 1])).reshape([]).add(module("tree", tree).shift);
  const model = () => observed(latent().add(shift())), guide = () => sample("z", new Normal(shift(), 1));
  const svi = new SVI(model, guide, optimiser());
  const { params } = await svi.run(key, 3, []);
  assert.deepEqual(Object.keys(params).sort(), ["net.bias", "net.weight", "tree.shift"]);
  await svi.release();
  const other = () => sample("z", new Normal(module("net", linear(1, 1))(tf.ones([1, 1])).reshape([]), 1));
  await assert.rejects(
    new SVI(model, other, optimiser()).init(key),
    /"net.bias" is a parameter of the model and/,
  );
});

Deno.test("another prefix tells an automatic guide's parameters from the model's", async () => {
  const model = () => observed(latent().add(param("z_auto_loc", 100)));
  const svi = new SVI(model, new AutoNormal(model, { prefix: "q" }), optimiser());
  const { params } = await svi.run(key, 1, []);
  assert.deepEqual(Object.keys(params).sort(), ["z_auto_loc", "z_q_loc", "z_q_scale"]);
  await svi.release();
});
