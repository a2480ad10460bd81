import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";

Deno.test("TransformedDistribution agrees with families known to be transformed", () => {
  const near = (a: Tensor, b: Tensor) => {
    assert.deepEqual(a.shape, b.shape);
    const other = b.dataSync();
    a.dataSync().forEach((v, i) => assert.ok(Math.abs(v - other[i]) < 1e-5, `${v}, not ${other[i]}`));
  };
  const base = new dist.Normal([0, 1], [0.5, 2]), value = tf.tensor2d([[0.3, 2], [1, 9]]);
  const exp = new dist.TransformedDistribution(base, new dist.ExpTransform());
  near(exp.logProb(value), new dist.LogNormal([0, 1], [0.5, 2]).logProb(value));
  // An affine transform with a batch of its own expands the base.
  const shifted = new dist.TransformedDistribution(
    new dist.Normal(0, 1),
    new dist.AffineTransform([0, 1], [0.5, 2]),
  );
  assert.deepEqual(shifted.batchShape, [2]);
  assert.equal(new Set(shifted.sample(key(1), [3]).dataSync()).size, 6);
  near(shifted.logProb(value), base.logProb(value));
  // Draws are scored without inverting: their own x is remembered.
  const draw = exp.rsample(key(2), [3]);
  near(exp.logProb(draw), new dist.LogNormal([0, 1], [0.5, 2]).logProb(draw));
});

Deno.test("TransformedDistribution makes event axes of as many batch axes as its transforms need", () => {
  const d = new dist.TransformedDistribution(
    new dist.Normal(tf.zeros([4, 3]), 1),
    new dist.StickBreakingTransform(),
  );
  assert.deepEqual([d.batchShape, d.eventShape], [[4], [4]]);
  const draws = d.sample(key(0), [2]);
  assert.deepEqual(draws.shape, [2, 4, 4]);
  assert.deepEqual(d.logProb(draws).shape, [2, 4]);
  assert.ok(d.support.check(draws.dataSync(), draws.shape));
  assert.deepEqual(d.expand([5, 4]).sample(key(0)).shape, [5, 4, 4]);
});
