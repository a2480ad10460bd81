import assert from "node:assert/strict";
import * as dist from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDelta,
  AutoNormal,
  Predictive,
  SVI,
  TraceELBO,
  TraceEnumELBO,
} from "../../lib/infer/mod.ts";
import { block, factor, inferConfig, param, plate, sample, scan, seed } from "../../lib/ppl/mod.ts";
import { random, special, type Tensor, tf } from "../../lib/tensor/mod.ts";

const { Bernoulli, Categorical, constraints, MultivariateNormal, Normal } = dist, key = random.key(0);
const y = tf.tensor1d([-2, -2.1, -1.9, 3, 3.1, 2.9]) as Tensor;
const train = (model: any, guide: any, steps = 3, args: unknown[] = [y], loss?: TraceELBO) =>
  new SVI(model, guide, adam({ lr: 0.05 }), loss).run(key, steps, args);

const components = () => {
  using _k = plate("components", 2);
  return sample("loc", new Normal(0, 10));
};
const mixture = (infer: { enumerate?: "parallel" }) => (y: Tensor) => {
  const loc = components();
  using _d = plate("data", 6);
  const z = sample("z", new Categorical([0.5, 0.5]), { infer });
  sample("y", new Normal(loc.gather(z.toInt()), 1), { obs: y });
};

Deno.test("a latent discrete site is met with advice that can be followed", async () => {
  const advice =
    /site "z".*configEnumerate, and TraceEnumELBO.*special\.logsumexp.*factor.*write its guide by hand/;
  await assert.rejects(train(mixture({}), new AutoNormal(mixture({}))), advice);
  const asked = mixture({ enumerate: "parallel" });
  const asks = /"z" asks to be summed out by infer: \{ enumerate \}: use TraceEnumELBO/;
  await assert.rejects(train(asked, new AutoNormal(asked)), asks);
  await assert.rejects(train(asked, () => void components()), asks);
  const configured = inferConfig(
    mixture({}),
    ({ name }) => name === "z" ? { enumerate: "parallel" } : undefined,
  );
  await assert.rejects(train(configured, () => void components()), asks);
  const hidden = block(asked, { hide: ["z"] });
  await assert.rejects(
    train(asked, new AutoDelta(hidden)),
    /site "z": no key.*block hides it.*wrap the model within in seed/,
  );
  // The advice, followed: the mixture trains.
  const summed = (y: Tensor) => {
    const loc = components();
    const terms = new Normal(loc, 1).logProb(y.expandDims(-1)).add(Math.log(0.5));
    factor("y", special.logsumexp(terms, -1).sum());
  };
  const { losses } = await train(summed, new AutoNormal(summed), 500);
  assert.ok(losses.at(-1)! < losses[0]);
  // By enumeration, too, to the same losses.
  const enumerated = mixture({ enumerate: "parallel" });
  const again = await train(enumerated, new AutoNormal(enumerated), 500, [y], new TraceEnumELBO());
  losses.forEach((loss, i) => assert.ok(Math.abs(loss - again.losses[i]) < 1e-3 * Math.abs(loss)));
});

Deno.test("a covariance that stops being positive definite is told with its site", async () => {
  const x = tf.linspace(0, 1, 12) as Tensor;
  const gp = (y: Tensor) => {
    const length = param("length", 0.3, { constraint: constraints.positive }), noise = param("noise", 1e-3);
    const kernel = x.expandDims(-1).sub(x.expandDims(0)).div(length).square().mul(-0.5).exp();
    const covariance = kernel.add(tf.eye(12).mul(noise));
    sample("y", new MultivariateNormal(tf.zeros([12]), { covariance }), { obs: y });
  };
  await assert.rejects(
    train(gp, () => {}, 300, [x.mul(6).sin()]),
    /the parameter scaleTril of MultivariateNormal at site "y" is NaN.*no longer positive definite, add a small multiple/,
  );
  // Outside of training it is refused as ever.
  assert.throws(() => new MultivariateNormal([0, 0], { covariance: [[1, 2], [2, 1]] }), /positiveDefinite/);
});

Deno.test("a model that fails at the numbers of a step says how", async () => {
  const fails = (x: Tensor) => {
    const m = param("m", 0);
    sample("x", new Normal(m.div(x.sub(x)), 1), { obs: 1 });
  };
  await assert.rejects(train(fails, () => {}, 2, [tf.scalar(1)]), /the loss is NaN, because .*"x"/);
});

const walk = (length: number) => () =>
  void scan(
    (before: Tensor, _: null): [Tensor, null] => {
      const z = sample("z", new Normal(before, 1));
      sample("y", new Normal(z, 1), { obs: 1 });
      return [z, null];
    },
    tf.scalar(0),
    null,
    { length },
  );

Deno.test("a scan in a plate of all draws is refused where the guide has no scan, with what to do", async () => {
  const model = walk(5),
    guide = new AutoNormal(model),
    loss = new TraceELBO({ numParticles: 3, vectorizeParticles: true });
  const message = /site "z" is within a scan of the model.*; pass vectorizeParticles: false/;
  await assert.rejects(train(model, guide, 3, [], loss), message);
  const { params } = await train(model, guide, 3, []);
  const predict = new Predictive(model, { guide, params, numSamples: 3, parallel: true });
  await assert.rejects(predict(key), /site "z" is within a scan.*; pass parallel: false/);
});

Deno.test("every distribution scores plain numbers, lists and tensors alike", () => {
  const { AffineTransform, ExpTransform, TransformedDistribution } = dist;
  const made: dist.Distribution[] = [
    new Normal(0, 1),
    new TransformedDistribution(new Normal(0, 1), new ExpTransform()),
    new TransformedDistribution(new Normal(0, 1), [new AffineTransform(1, 2), new ExpTransform()]),
    new Normal(0, 1).mask(true),
    new Normal(0, 1).mask(false),
    new Normal(0, 1).expand([2]),
    new TransformedDistribution(new Normal(0, 1), new ExpTransform()).expand([2]),
    new Normal([0, 1], 1).toEvent(1),
    new TransformedDistribution(new Normal([0, 1], 1), new ExpTransform()).toEvent(1),
    new dist.Delta([2, 3]),
    new Bernoulli(0.5),
  ];
  for (const distribution of made) {
    const value = distribution instanceof Bernoulli ? [0, 1] : [2, 3];
    const expected = distribution.logProb(tf.tensor(value)).arraySync();
    assert.deepEqual(distribution.logProb(value).arraySync(), expected, String(distribution));
    if (distribution.eventShape.length > 0) continue;
    assert.deepEqual(distribution.logProb(1).arraySync(), distribution.logProb(tf.scalar(1)).arraySync());
  }
});

Deno.test("what plain JavaScript gets wrong is named: distributions, data, names, levels, parameters", async () => {
  const run = (body: () => unknown) => () => seed(() => void body(), key)();
  const wrong: [() => unknown, RegExp][] = [
    [
      run(() => sample("a", 3 as never)),
      /Cannot sample "a": found 3, expected a distribution, such as new Normal/,
    ],
    [
      run(() => sample("a", Normal as never)),
      /Cannot sample "a": found a function Normal, expected a distribution/,
    ],
    [
      run(() => sample("a", undefined as never)),
      /Cannot sample "a": found nothing, expected a distribution/,
    ],
    [
      run(() => sample(new Normal(0, 1) as never, "a" as never)),
      /the name of the site is an object of class Normal, expected a string/,
    ],
    [
      run(() => sample("a", new Normal(0, 1), { obs: null as never })),
      /Cannot observe site "a": obs is null/,
    ],
    [run(() => sample("a", new Normal(0, 1), { obs: "3" as never })), /Cannot take "3" as numbers/],
    [
      run(() => sample("a", new Normal(0, 1), { obs: { data: Float32Array.of(1), shape: [1] } as never })),
      /toTensor/,
    ],
    [run(() => sample("a", new Normal(0, 1), y as never)), /found a tensor in the place of the options/],
    [() => new Normal(null as never), /Cannot take null as numbers/],
    [() => new Normal(0, (() => 1) as never), /Cannot take a function as numbers/],
  ];
  for (const [call, message] of wrong) assert.throws(call, message);
  const model = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 1 });
  const guide = new AutoNormal(model), { params } = await train(model, guide, 2, []);
  assert.throws(
    () => guide.quantiles(params, 0.5 as never),
    /Cannot take quantiles at 0\.5: expected a list/,
  );
  assert.throws(() => guide.median(undefined as never), /Cannot find parameter "z_auto_loc".*given are none/);
  assert.throws(() => guide.median({}), /Cannot find parameter "z_auto_loc"/);
  assert.throws(() => new Predictive(model, undefined as never), /numSamples is undefined/);
});
