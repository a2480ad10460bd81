import assert from "node:assert/strict";
import {
  adam,
  AutoBatchedMultivariateNormal,
  exponentialDecay,
  HalfNormal,
  Importance,
  key,
} from "../../mod.ts";
import { Normal, plate, sample, SVI, tf, TraceELBO } from "../../mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { random, type Tensor } from "./tensors.ts";

const quiet = { progress: false }, lr = exponentialDecay({ init: 0.05, rate: 0.03, every: 600 });

/** Three members, each with a number and a vector that depends on it: all is normal, the evidence 1. */
function model() {
  using _members = plate("members", 3);
  const x = sample("x", new Normal(0, 1));
  sample("y", new Normal(tf.stack([x, x.neg()], -1) as Tensor, 0.5).toEvent(1));
}

Deno.test("AutoBatchedMultivariateNormal is exact where members are independent and each is normal", async () => {
  const guide = new AutoBatchedMultivariateNormal(model);
  const loss = new TraceELBO({ numParticles: 8, vectorizeParticles: true });
  const { params } = await new SVI(model, guide, adam({ lr }), loss).run(key(0), 600, [], quiet);
  assert.deepEqual([params.auto_loc.shape, params.auto_scale_tril.shape], [[9], [3, 3, 3]]);
  const { logWeights, k } = await new Importance(model, { guide, params, numSamples: 500 }).run(key(1));
  assert.ok(Math.abs(moments(logWeights).mean) < 0.1 && !(k > 0.6), `${moments(logWeights).mean}, ${k}`);
  // Each y depends on the x of its own member: covariance 1, of other members 0.
  const { x, y } = guide.sampleLatent(random.key(2), params, [4000]);
  const [own, other] = [0, 1].map((member) => {
    const first = y.slice([0, member, 0], [4000, 1, 1]).flatten().dataSync(),
      xs = x.slice([0, 0], [4000, 1]).flatten();
    return moments([...xs.dataSync()].map((v, i) => v * first[i])).mean;
  });
  assert.ok(Math.abs(own - 1) < 0.15 && Math.abs(other) < 0.1, `${own}, ${other}`);
  const posterior = guide.getPosterior(params), draws = posterior.sample(random.key(3), [4]);
  const [a, b] = [draws, draws.clone()].map((values) => posterior.logProb(values).dataSync());
  a.forEach((v: number, i: number) => assert.ok(Math.abs(v - b[i]) < 1e-3));
  const transform = guide.getTransform(params), noise = random.normal(random.key(4), [2, 9]);
  const back = transform.inverse(transform.forward(noise).clone()).sub(noise).abs().max();
  assert.ok(back.dataSync()[0] < 1e-4);
});

Deno.test("sites that are no members, and numbers of axes that cannot be, are told", async () => {
  const mixed = () => {
    const scale = sample("scale", new HalfNormal(1));
    using _members = plate("members", 3);
    sample("x", new Normal(0, scale));
  };
  const guide = new AutoBatchedMultivariateNormal(mixed);
  await assert.rejects(
    new SVI(mixed, guide, adam({ lr })).init(key(0)),
    /site "scale" has the shape \[\], expected/,
  );
  assert.throws(() => new AutoBatchedMultivariateNormal(model, { batchNdim: 0 }), /batchNdim is 0/);
});
