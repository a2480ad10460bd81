import assert from "node:assert/strict";
import { grad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { constant, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { close } from "./close.ts";

Deno.test("straight-through draws are whole, move as the relaxed ones, and are scored as those they were", () => {
  const logits = tf.tensor([0.5, 1, -1]) as Tensor, weights = tf.tensor1d([1, 2, 4]);
  const soft = (l: Tensor) => new dist.RelaxedOneHotCategorical(0.7, { logits: l });
  const hard = (l: Tensor) => new dist.RelaxedOneHotCategoricalStraightThrough(0.7, { logits: l });
  const d = hard(logits), draw = d.rsample(key(1), [50]), relaxed = soft(logits).rsample(key(1), [50]);
  assert.ok(dist.constraints.oneHot.check(draw.dataSync(), draw.shape));
  assert.deepEqual([...draw.argMax(-1).dataSync()], [...relaxed.argMax(-1).dataSync()]);
  close([...d.logProb(draw).dataSync()], [...soft(logits).logProb(relaxed).dataSync()]);
  const slope = (
    of: (l: Tensor) => dist.Distribution,
  ) => [...grad((l: Tensor) => of(l).rsample(key(1), [50]).mul(weights).sum())(logits).dataSync()];
  close(slope(hard), slope(soft));

  const odds = tf.tensor([0.5, -2]) as Tensor;
  const softBit = (l: Tensor) => new dist.RelaxedBernoulli(0.7, { logits: l });
  const hardBit = (l: Tensor) => new dist.RelaxedBernoulliStraightThrough(0.7, { logits: l });
  const bits = hardBit(odds), bit = bits.rsample(key(2), [50]), number = softBit(odds).rsample(key(2), [50]);
  assert.deepEqual([...bit.dataSync()], [...number.round().dataSync()]);
  close([...bits.logProb(bit).dataSync()], [...softBit(odds).logProb(number).dataSync()]);
  const bitSlope = (
    of: (l: Tensor) => dist.Distribution,
  ) => [...grad((l: Tensor) => of(l).rsample(key(2), [50]).sum())(odds).dataSync()];
  close(bitSlope(hardBit), bitSlope(softBit));
  // A value from elsewhere has the density next to it.
  assert.ok([...bits.logProb([0, 1]).dataSync()].every(Number.isFinite));
});

Deno.test("a relaxed one-hot vector is each category as often as its probability says, at any temperature", () => {
  for (const temperature of [0.1, 1, 10]) {
    const d = new dist.RelaxedOneHotCategorical(temperature, [0.2, 0.3, 0.5]),
      draws = d.sample(key(5), [8000]);
    const shares = tf.oneHot(draws.argMax(-1) as never, 3).cast("float32").mean(0).dataSync();
    [0.2, 0.3, 0.5].forEach((p, i) => assert.ok(Math.abs(shares[i] - p) < 0.02, `${temperature}: ${shares}`));
  }
});

Deno.test("angles of VonMises have its mean direction and circular variance, and move with the concentration", () => {
  const d = new dist.VonMises([0.5, 3], [0.3, 40]), x = d.sample(key(6), [20_000]);
  const cosine = x.sub(d.loc).cos().mean(0).dataSync(), sine = x.sub(d.loc).sin().mean(0).dataSync();
  d.variance.dataSync().forEach((v, i) => {
    assert.ok(Math.abs(1 - cosine[i] - v) < 0.02 * Math.sqrt(v), `${cosine[i]}, not ${1 - v}`);
    assert.ok(Math.abs(sine[i]) < 0.03, `${sine[i]}`);
  });
  // E[cos] = I1 / I0 rises as draws move together.
  const kappa = tf.tensor([0.5, 3, 60]) as Tensor, zero = constant(0);
  const drawn = grad((k: Tensor) => new dist.VonMises(zero, k).rsample(key(7), [20_000]).cos().mean(0).sum())(
    kappa,
  );
  const right = (grad((k: Tensor) => new dist.VonMises(zero, k).variance.neg().sum())(kappa) as Tensor)
    .dataSync();
  (drawn as Tensor).dataSync().forEach((slope, i) => {
    assert.ok(Math.abs(slope - right[i]) < 0.03 * right[i], `${slope}, not ${right[i]}`);
  });
});
