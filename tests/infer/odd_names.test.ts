import assert from "node:assert/strict";
import { join } from "node:path";
import { compile } from "../../lib/compile/mod.ts";
import { HalfNormal, Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDelta,
  AutoDiagonalNormal,
  AutoLaplace,
  AutoNormal,
  loadCheckpoint,
  perParameter,
  Predictive,
  saveCheckpoint,
  sgd,
  summary,
  SVI,
  SVIEnsemble,
  TraceMeanFieldELBO,
} from "../../lib/infer/mod.ts";
import * as ppl from "../../lib/ppl/mod.ts";
import { decodeSafetensors, encodeSafetensors, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";

const { deterministic, param, plate, sample, scan, seed, trace } = ppl;
const key = random.key(0), normal = () => new Normal(0, 1);
/** A record with one member of its own, whatever it is called. */
const record = <V>(name: string, value: V): Record<string, V> => Object.fromEntries([[name, value]]);
const names = [
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__proto__",
  "__defineGetter__",
];

for (const name of names) {
  const model = () => {
    const mean = sample(name, new Normal(param("shift", 0.5), 10));
    using _rows = plate("rows", 2);
    sample("x", new Normal(mean, 1), { obs: 3 });
  };

  Deno.test(`a latent site may be called ${name}: guides, training, checkpoints, predictions`, () =>
    inTemporaryFolder(async (folder) => {
      for (const Guide of [AutoNormal, AutoDiagonalNormal, AutoDelta, AutoLaplace]) {
        const guide = new Guide(model), svi = new SVI(model, guide, adam({ lr: 0.1 }));
        const { params, state } = await svi.run(key, 5, []);
        assert.ok(Object.hasOwn(guide.median(params), name));
        if (guide instanceof AutoLaplace) guide.laplaceApproximation(params);
        const drawn = guide.sampleLatent(key, params, [4]);
        assert.deepEqual([Object.keys(drawn), drawn[name].shape], [[name], [4]]);
        const path = join(folder, `${Guide.name}.safetensors`);
        await saveCheckpoint(path, state);
        const { state: read } = await loadCheckpoint(path);
        assert.deepEqual(read, state);
        assert.deepEqual((await svi.run(key, 5, [], { state: read })).losses.length, 5);
        for (const parallel of [false, true]) {
          const predict = new Predictive(model, { guide, params, numSamples: 3, parallel });
          assert.deepEqual(Object.entries(await predict(key)).map(([site, v]) => [site, v.shape]), [[name, [
            3,
          ]]]);
        }
        await svi.release();
      }
    }));

  Deno.test(`${name} as parameter, plate, observed and computed site trains, alone and in an ensemble`, async () => {
    const things: Record<string, readonly [model: () => void, guide: () => void]> = {
      parameter: [() => void sample("x", new Normal(param(name, 0), 1), { obs: 3 }), () => {}],
      "parameter of the guide": [
        () => void sample("x", new Normal(sample("z", normal()), 1), { obs: 3 }),
        () => void sample("z", new Normal(param(name, 0), 1)),
      ],
      plate: [() => {
        using _p = plate(name, 4, { subsampleSize: 2 });
        sample("x", new Normal(param("m", 0), 1), { obs: 3 });
      }, () => {}],
      "observed site": [() => void sample(name, new Normal(param("m", 0), 1), { obs: 3 }), () => {}],
      "computed site": [
        () => void sample("x", new Normal(deterministic(name, param("m", 0)), 1), { obs: 3 }),
        () => {},
      ],
      "several": [() => {
        const { sum } = names.reduce<{ sum: Tensor }>(({ sum }, n) => ({ sum: sum.add(param(n, 1)) }), {
          sum: tf.scalar(0),
        });
        sample("x", new Normal(sum, 1), { obs: 3 });
      }, () => {}],
    };
    for (const [what, [model, guide]] of Object.entries(things)) {
      const chosen = perParameter(
        Object.fromEntries([[name, sgd({ lr: 0.1 })], ["default", adam({ lr: 0.1 })]]),
      );
      for (const optimiser of [adam({ lr: 0.1 }), chosen]) {
        const svi = new SVI(model, guide, optimiser), { losses, params, state } = await svi.run(key, 200, []);
        assert.ok(losses.at(-1)! < losses[0], what);
        if (what === "parameter") assert.ok(Math.abs(params[name].dataSync()[0] - 3) < 0.1);
        if (what === "several") assert.deepEqual(Object.keys(params).sort(), names.toSorted());
        assert.deepEqual((await svi.run(key, 1, [], { state })).state.step, 201);
        const ensemble = new SVIEnsemble(model, guide, optimiser, undefined, { members: 2 });
        const { state: all } = await ensemble.run(key, 3);
        assert.equal(ensemble.member(all, 1).step, 3);
      }
    }
  });

  Deno.test(`${name} in a scan: traced, trained, replayed, conditioned, predicted`, async () => {
    const walk = (length = 3) =>
      scan(
        (before: Tensor, _: null): [Tensor, null] => {
          const z = sample(name, new Normal(before, 1));
          sample("x", new Normal(z, 1), { obs: 1 });
          deterministic("twice", z.mul(2));
          return [z, null];
        },
        tf.scalar(0),
        null,
        { length },
      );
    const run = trace(seed(walk, key)).get();
    assert.deepEqual([...run.sites.keys()].sort(), [name, "twice", "x"].sort());
    assert.deepEqual(run.value(`${name}[1]`).dataSync(), run.value(name).dataSync().slice(1, 2));
    const again = trace(ppl.replay(walk, { trace: run })).get();
    assert.deepEqual(again.value(name).dataSync(), run.value(name).dataSync());
    const given = trace(seed(ppl.condition(walk, record(name, [1, 2, 3])), key)).get();
    assert.deepEqual([...given.value(name).dataSync()], [1, 2, 3]);
    for (const loss of [undefined, new TraceMeanFieldELBO()]) {
      const guide = new AutoNormal(walk), svi = new SVI(walk, guide, adam({ lr: 0.1 }), loss);
      const { params } = await svi.run(key, 5, []);
      const draws = await new Predictive(walk, { guide, params, numSamples: 2 })(key);
      assert.deepEqual(draws[name].shape, [2, 3]);
    }
    const posteriorSamples = record(name, tf.zeros([2, 3]) as Tensor);
    const predicted = await new Predictive(walk, { posteriorSamples })(key);
    assert.deepEqual(Object.keys(predicted), ["twice"]);
  });

  Deno.test(`${name} in handlers, pictures, tables, samples, safetensors and compiled records`, async () => {
    const sd = () => sample("s", new HalfNormal(1)), one = () => sample(name, new Normal(0, sd()));
    const value = record(name, 2);
    assert.equal(ppl.condition(seed(one, key), value)().dataSync()[0], 2);
    assert.equal(ppl.substitute(seed(one, key), { data: value })().dataSync()[0], 2);
    assert.equal(seed(ppl.do_(one, value), key)().dataSync()[0], 2);
    assert.deepEqual([...trace(ppl.block(seed(one, key), { hide: [name] })).get().sites.keys()], ["s"]);
    assert.deepEqual(Object.keys(trace(seed(one, key)).get().latents()).sort(), [name, "s"].sort());
    const lifted = ppl.lift(() => param(name, 1), record(name, normal()));
    assert.equal(trace(seed(lifted, key)).get().sampleSites[0].name, name);
    // Names of a prototype are no values where nobody has given any.
    assert.deepEqual(trace(seed(ppl.condition(one, {}), key)).get().observedSites, []);
    assert.ok(ppl.renderModel(one, []).dot.includes(`"s" -> "${name}"`));
    assert.equal(summary(record(name, tf.tensor([1, 3]))).row(name).mean, 2);
    for (const parallel of [false, true]) {
      const model = () => void sample("x", new Normal(sample(name, normal()), 1e-6));
      const draw = new Predictive(model, { posteriorSamples: record(name, tf.tensor([1, 2])), parallel });
      assert.deepEqual((await draw(key)).x.round().arraySync(), [1, 2]);
      const prior = new Predictive(model, { numSamples: 3, parallel });
      assert.deepEqual(Object.keys(await prior(key)).sort(), [name, "x"].sort());
    }
    const array = { data: Float32Array.of(1), shape: [1] };
    const { tensors } = decodeSafetensors(
      encodeSafetensors({ tensors: record(name, array), metadata: {} }),
      "f",
    );
    assert.deepEqual(Object.keys(tensors), [name]);
    const twice = compile((x: Record<string, Tensor>) => record(name, x[name].mul(2)), {
      axes: [record(name, ["n"])],
    });
    for (const n of [1, 2]) {
      assert.deepEqual((await twice(record(name, tf.ones([n]) as Tensor)))[name].shape, [n]);
    }
  });
}
