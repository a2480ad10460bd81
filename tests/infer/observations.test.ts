import assert from "node:assert/strict";
import {
  Bernoulli,
  Categorical,
  Dirichlet,
  Exponential,
  Normal,
  Poisson,
} from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, SVI, SVIEnsemble, TraceELBO } from "../../lib/infer/mod.ts";
import { mask, plate, sample, scan, subsample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0);
type Model = (data: Tensor, ...rest: Tensor[]) => void;
const svi = (model: Model, loss?: TraceELBO) =>
  new SVI(model, new AutoNormal(model), adam({ lr: 0.01 }), loss);
const rate = () => sample("w", new Normal(0, 1));

/** Labels 1 and 2 in place of 0 and 1, one of them wrong, in many places: every way to cut data. */
const labels = tf.tensor1d(Array.from({ length: 100 }, (_, i) => Number(i === 73) * 2)) as Tensor;
const members = tf.tensor1d([3, 73, 5], "int32");
const bernoulli = () => new Bernoulli({ logits: rate() });
const cuts: Record<string, readonly [model: Model, args: Tensor[], message: RegExp]> = {
  "the argument itself": [
    (y) => {
      const likelihood = bernoulli();
      using _d = plate("d", 100);
      sample("y", likelihood, { obs: y });
    },
    [labels],
    /value has 2 at \[73\]/,
  ],
  "a subsample by chance": [
    (y) => {
      const likelihood = bernoulli();
      using _d = plate("d", 100, { subsampleSize: 2 });
      sample("y", likelihood, { obs: subsample(y, 0) });
    },
    [labels],
    /site "y": found 2 at \[73\] of the data, expected values in the support of Bernoulli, boolean/,
  ],
  "a subsample of subsamples": [
    (y) => {
      const likelihood = bernoulli();
      using _a = plate("a", 10, { subsampleSize: 2 });
      using _b = plate("b", 10, { subsampleSize: 3 });
      sample("y", likelihood, { obs: subsample(y, 0) });
    },
    [labels.reshape([10, 10])],
    /found 2 at \[7, 3\] of the data/,
  ],
  "a subsample of given members": [
    (y, members) => {
      const likelihood = bernoulli();
      using _d = plate("d", 100, { subsample: members });
      sample("y", likelihood, { obs: subsample(y, 0) });
    },
    [labels, members],
    /found 2 on the first batch/,
  ],
  "a gather": [
    (y, members) => {
      const likelihood = bernoulli();
      using _d = plate("d", 3);
      sample("y", likelihood, { obs: y.gather(members) });
    },
    [labels, members],
    /found 2 on the first batch/,
  ],
  "a slice": [
    (y) => {
      const likelihood = bernoulli();
      using _d = plate("d", 10);
      sample("y", likelihood, { obs: y.slice([70], [10]) });
    },
    [labels],
    /found 2 on the first batch/,
  ],
  "a column": [
    (data) => {
      const w = sample("w", new Normal(tf.zeros([3]), 5).toEvent(1));
      using _d = plate("d", 3);
      sample("y", new Categorical({ logits: w }), { obs: data.slice([0, 1], [3, 1]).squeeze([1]) });
    },
    [tf.tensor2d([[0.1, 3], [0.2, 1], [0.3, 2]])],
    /found 3 on the first batch.*Categorical, integerInterval\(0, 2\)/,
  ],
  "whole numbers": [
    (data) => {
      const w = sample("w", new Normal(tf.zeros([3]), 5).toEvent(1));
      using _d = plate("d", 3);
      sample("y", new Categorical({ logits: w }), { obs: data.slice([1], [3]) });
    },
    [tf.tensor1d([0, 1, 2, 3], "int32")],
    /found 3 on the first batch.*Categorical, integerInterval\(0, 2\)/,
  ],
  "whole numbers as they are": [
    (data) => {
      const w = sample("w", new Normal(tf.zeros([3]), 5).toEvent(1));
      sample("y", new Categorical({ logits: w }).expand([3]).toEvent(1), { obs: data });
    },
    [tf.tensor1d([1, 2, -1], "int32")],
    /Cannot score Categorical: value has -1 at \[2\]/,
  ],
  arithmetic: [
    (y) => {
      const likelihood = new Exponential(rate().exp());
      using _d = plate("d", 3);
      sample("y", likelihood, { obs: y.sub(1) });
    },
    [tf.tensor([3, 0.5, 2])],
    /(found -0.5 on the first batch|value has -0.5)/,
  ],
  "a count that is no integer": [
    (y) => {
      const likelihood = new Poisson(rate().exp());
      using _d = plate("d", 2);
      sample("y", likelihood, { obs: y.div(2) });
    },
    [tf.tensor([4, 3])],
    /found 1.5 on the first batch/,
  ],
  "a vector that does not sum to 1": [
    (y) => {
      const likelihood = new Dirichlet(rate().exp().expandDims(-1).mul(tf.ones([2])));
      using _d = plate("d", 2);
      sample("y", likelihood, { obs: y.mul(2) });
    },
    [tf.tensor([[0.5, 0.5], [0.2, 0.3]])],
    /found a value on the first batch.*simplex/,
  ],
};

for (const [what, [model, args, message]] of Object.entries(cuts)) {
  Deno.test(`data outside the support are found in ${what}`, async () => {
    await assert.rejects(svi(model).init(key, ...args), message);
    await assert.rejects(svi(model).run(key, 5, args), message);
    await assert.rejects(svi(model).run(key, 5, () => args), message);
    await assert.rejects(
      svi(model, new TraceELBO({ numParticles: 3, vectorizeParticles: true })).init(key, ...args),
      message,
    );
    const ensemble = new SVIEnsemble(model, new AutoNormal(model), adam({ lr: 0.01 }), undefined, {
      members: 3,
    });
    await assert.rejects(ensemble.run(key, 5, args), message);
  });
}

Deno.test("what a mask hides, what an intervention replaces, and data within are no matter", async () => {
  const model = (y: Tensor) => {
    const likelihood = new Exponential(rate().exp());
    using _d = plate("d", 4);
    using _m = mask(y.isNaN().logicalNot().logicalAnd(y.greater(-1)) as Tensor);
    sample("y", likelihood, { obs: y.mul(2) });
  };
  const fit = svi(model);
  assert.ok((await fit.run(key, 5, [tf.tensor([1, NaN, -5, 2])])).losses.every(Number.isFinite));
  await assert.rejects(fit.init(key, tf.tensor([1, 2, -0.5, 3])), /found -1 on the first batch/);
  await fit.release();
});

Deno.test("data outside that come with a later batch, or within loops, end training with the datum", async () => {
  const shifted: Model = (y) => {
    const likelihood = new Exponential(rate().exp());
    using _d = plate("d", 2);
    sample("y", likelihood, { obs: y.mul(2) });
  };
  const batches = (step: number) => [tf.tensor(step < 3 ? [1, 2] : [1, -2])];
  const message =
    /at step 3 the loss is Infinity, because .*"y".* its data have -4 at \[1\], outside the support, .*correct the data/;
  await assert.rejects(svi(shifted).run(key, 5, batches), message);

  const particles = svi(shifted, new TraceELBO({ numParticles: 2 }));
  await assert.rejects(particles.run(key, 5, [tf.tensor([1, -2])]), /its data have -4 at \[1\]/);

  const series: Model = (y) => {
    const scale = rate().exp();
    scan(
      (carry: null, x: Tensor): [null, null] => {
        sample("y", new Exponential(scale), { obs: x });
        return [carry, null];
      },
      null,
      y,
    );
  };
  await assert.rejects(
    svi(series).run(key, 5, [tf.tensor([1, -2, 3])]),
    /site "y".*its data have -2 at \[1\]/,
  );
});
