import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

const contexts = [[0.4, -1], [0.2, 0.3], [-0.5, 2]], n = contexts.length;
/** Numbers that depend on a context [..., 2]: of the shape [..., ...shape]. */
const network = (weight: Tensor, context: Tensor, ...shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1), rest = context.shape.slice(0, -1);
  const wave = tf.range(1, size + 1, 1, "float32").mul(context.sum(-1, true).mul(weight)).sin();
  return wave.mul(0.4).reshape([...rest, ...shape]) as Tensor;
};

/** Pyro's conditional transforms of vectors of three, from the numbers that a network gives. */
const transforms: Record<string, (net: (...shape: number[]) => Tensor) => dist.Transform> = {
  Planar: (net) => new dist.Planar(net(1), net(3), net(3).add(1)),
  Radial: (net) => new dist.Radial(net(3), net(1), net(1).add(1)),
  Householder: (net) => new dist.Householder(net(2, 3).add(1)),
  MatrixExponential: (net) => new dist.MatrixExponential(net(3, 3)),
  Affine: (net) => new dist.IndependentTransform(new dist.AffineTransform(net(3), net(3).exp()), 1),
};

for (const [name, make] of Object.entries(transforms)) {
  Deno.test(`Conditional ${name}: a batch of contexts is as many transforms, and the network learns`, async () => {
    const of = (weight: Tensor) =>
      new dist.ConditionalTransformedDistribution(new dist.Normal([0, 0, 0], 1).toEvent(1), [
        new dist.Conditional((context) => make((...shape) => network(weight, context, ...shape))),
      ]);
    const flow = of(tf.scalar(1.3));
    const all = flow.condition(contexts), x = all.sample(key(0));
    assert.deepEqual([all.batchShape, x.shape], [[n], [n, 3]]);
    const together = all.logProb(x).dataSync();
    contexts.forEach((context, i) => {
      const one = flow.condition(context), base = tf.tensor([[0.1, -0.4, 2]]);
      const [t, u] = [one.transforms[0], all.transforms[0]].map((f) => f.forward(base.squeeze([0])));
      t.dataSync().forEach((v, k) => assert.ok(Math.abs(v - u.dataSync()[3 * (u.rank - 1) * i + k]) < 1e-5));
      assert.ok(Number.isFinite(together[i]));
    });
    const score = (weight: Tensor, noise: Tensor) => {
      const t = of(weight).condition(contexts).transforms[0], y = t.forward(noise);
      return y.square().mul([1, 2, 4]).sum().sub(t.logAbsDetJacobian(noise, y).sum());
    };
    const step = compile(valueAndGrad(score), { engine: "js", dtype: "float64" });
    const noise = new dist.Normal(0, 1).sample(key(1), [n, 3]);
    const at = async (w: number) => (await step(tf.scalar(w), noise)).value.dataSync()[0];
    const slope = (await step(tf.scalar(1.25), noise)).grad.dataSync()[0];
    const [up, down] = [await at(1.25 + 2 ** -7), await at(1.25 - 2 ** -7)];
    await step.release();
    assert.ok(Math.abs((up - down) * 64 - slope) < 1e-2 * Math.max(1, Math.abs(slope)), `${slope}`);
    assert.ok(Math.abs(slope) > 1e-3);
  });
}

Deno.test("a conditional base moves with the context, and without a context there is nothing to condition", () => {
  const base = new dist.Conditional((context) => new dist.Normal(context, 1));
  const d = new dist.ConditionalTransformedDistribution(base, [new dist.ExpTransform()]);
  const [found] = d.condition([2]).logProb([3]).dataSync();
  assert.ok(Math.abs(found - new dist.LogNormal(2, 1).logProb(3).dataSync()[0]) < 1e-6);
  assert.throws(() => new dist.ConditionalTransformedDistribution(new dist.Normal(0, 1), []), {
    message: "Cannot make ConditionalTransformedDistribution: no part depends on a context; " +
      "use TransformedDistribution",
  });
});

Deno.test("a family's distribution function is a transform to the unit interval", () => {
  const t = new dist.CumulativeDistributionTransform(new dist.Gamma([2, 3], 1)), x = tf.tensor([0.5, 4]);
  const y = t.forward(x), back = t.inverse(tf.tensor([...y.dataSync()])).dataSync();
  x.dataSync().forEach((v, i) => assert.ok(Math.abs(back[i] - v) < 1e-4));
  assert.ok(t.equals(new dist.CumulativeDistributionTransform(new dist.Gamma([2, 3], 1))));
  assert.ok(!t.equals(new dist.CumulativeDistributionTransform(new dist.Gamma([2, 4], 1))));
  assert.throws(() => new dist.CumulativeDistributionTransform(new dist.Poisson(1)), {
    message: "Cannot make CumulativeDistributionTransform: found Poisson, expected a continuous distribution",
  });
});
