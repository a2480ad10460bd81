import assert from "node:assert/strict";
import {
  adam,
  AutoDelta,
  AutoGuideList,
  AutoLaplace,
  AutoMultivariateNormal,
  AutoNormal,
} from "../../lib/infer/mod.ts";
import { Predictive, SVI } from "../../lib/infer/mod.ts";
import { HalfNormal, Normal } from "../../lib/distributions/mod.ts";
import { block, param, plate, sample, seed } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), quiet = { progress: false };
function model(x?: Tensor) {
  const scale = sample("scale", new HalfNormal(1)),
    a = sample("a", new Normal(0, 1)),
    b = sample("b", new Normal(a, scale));
  using _data = plate("data", 4);
  sample("x", new Normal(b, 1), { obs: x });
}
const x = tf.tensor([1, 2, 3, 2]);

Deno.test("parts have their sites and their parameters; questions go to all of them", async () => {
  const guide = new AutoGuideList(model, [
    new AutoMultivariateNormal(model, { expose: ["a", "b"] }),
    new AutoDelta(model, { hide: ["a", "b"] }),
  ]);
  const { params } = await new SVI(model, guide, adam({ lr: 0.05 })).run(key, 300, [x], quiet);
  assert.deepEqual(Object.keys(params), ["auto_loc", "auto_scale", "auto_scale_tril", "scale_auto_loc"]);
  assert.deepEqual(params.auto_loc.shape, [2]);
  const draws = guide.sampleLatent(key, params, [50]), median = guide.median(params);
  assert.deepEqual(Object.keys(draws), ["a", "b", "scale"]);
  assert.equal(draws.scale.dataSync()[7], params.scale_auto_loc.dataSync()[0]);
  const quantiles = guide.quantiles(params, [0.1, 0.5]);
  assert.deepEqual(quantiles.scale.shape, [2]);
  assert.equal(quantiles.b.dataSync()[1], median.b.dataSync()[0]);
  const again = new AutoGuideList(model, guide.parts).setup(x);
  const { b } = await new Predictive(model, { guide: again, params, numSamples: 20 })(key);
  assert.deepEqual(b.shape, [20]);
});

Deno.test("a part may be a function, or have a model with a block around it, as in Pyro", async () => {
  const own = () => ({ scale: sample("scale", new HalfNormal(param("width", 0.5))) });
  const hidden = block(seed(model, key), { hide: ["scale"] });
  const guide = new AutoGuideList(model, [new AutoNormal(hidden), own]);
  const { params } = await new SVI(model, guide, adam({ lr: 0.05 })).run(key, 20, [x], quiet);
  assert.deepEqual(Object.keys(params).sort(), [
    "a_auto_loc",
    "a_auto_scale",
    "b_auto_loc",
    "b_auto_scale",
    "width",
  ]);
  assert.throws(() => guide.median(params), {
    message: "Cannot take the median of AutoGuideList: part 1 is a function; draw from it by Predictive",
  });
});

Deno.test("mistakes are named: sites in two parts or in none, parameters of one name, half a Laplace", async () => {
  const twice = new AutoGuideList(model, [new AutoNormal(model), new AutoDelta(model, { expose: ["a"] })]);
  const train = (guide: AutoGuideList) => new SVI(model, guide, adam({ lr: 0.05 })).init(key, x);
  await assert.rejects(train(twice), /^Error: Cannot use the name "a" twice: it names two sample sites/);
  const lacking = new AutoGuideList(model, [new AutoNormal(model, { hide: ["b"] })]);
  await assert.rejects(train(lacking), /^Error: Cannot use the guide: the model's latent "b" is not in it/);
  assert.throws(() => new AutoGuideList(model, [new AutoNormal(model), new AutoMultivariateNormal(model)]), {
    message:
      'Cannot make AutoGuideList: two parts have the prefix "auto"; give each { prefix } of its own, part of its ' +
      "parameters' names",
  });
  assert.throws(() => new AutoGuideList(model, []), {
    message: "Cannot make AutoGuideList: expected a list of guides",
  });
  assert.throws(() => new AutoNormal(model, { hide: ["a"], expose: ["b"] }), {
    message: "Cannot make AutoNormal: found hide and expose, expected one of them",
  });
  assert.throws(
    () => new AutoLaplace(model, { hide: ["a"] }).laplaceApproximation({ auto_loc: tf.zeros([2]) }, x),
    {
      message: /^Cannot approximate the posterior: the guide has part of the model's latent sites only/,
    },
  );
});
