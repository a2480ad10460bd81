import assert from "node:assert/strict";
import { constraints, Normal } from "../../lib/distributions/mod.ts";
import { AutoMultivariateNormal, AutoNormal, Objective, RenyiELBO } from "../../lib/infer/mod.ts";
import { ReweightedWakeSleep, type ReweightedWakeSleepOptions } from "../../lib/infer/mod.ts";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { param, plate, sample, scan } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const x = tf.scalar(2), positive = { constraint: constraints.positive };
function model(x: Tensor) {
  const z = sample("z", new Normal(0, 1));
  sample("x", new Normal(z.add(param("b", 0)), 1), { obs: x });
}
const guide = (_: Tensor) => void sample("z", new Normal(param("m", 0.5), param("s", 1, positive)));
const at = { b: tf.scalar(0), m: tf.scalar(0.5), s: tf.scalar(0) };

function gradients(options: ReweightedWakeSleepOptions, seed = 0) {
  const many = { numParticles: 20_000, vectorizeParticles: true, ...options };
  const { value, grad } = valueAndGrad(new Objective(model, guide, new ReweightedWakeSleep(many)).loss)(
    at,
    random.key(seed),
    x,
  );
  const [b, m, s] = [grad.b, grad.m, grad.s].map((g) => g.dataSync()[0]);
  return { value: value.dataSync()[0], b, m, s };
}
const near = (a: number, b: number, by = 0.03) => assert.ok(Math.abs(a - b) < by, `${a}, expected ${b}`);

Deno.test("wake-theta has the gradient of the evidence, wake-phi that of the posterior's cross-entropy", () => {
  // The evidence is Normal(b, sqrt 2)'s at 2; the posterior is Normal(1, sqrt 1/2).
  const { value, b, m, s } = gradients({});
  near(value, 1 + Math.log(4 * Math.PI) / 2);
  near(b, -1);
  near(m, -(1 - 0.5));
  near(s, -(0.5 + 0.25 - 1));
});

Deno.test("sleep-phi has the gradient of the cross-entropy of dreams, and the two mix by insomnia", () => {
  const dreamArgs = ({ x }: Record<string, Tensor>) => [x];
  const sleep = gradients({ insomnia: 0, dreamArgs });
  // Dreams of z are Normal(0, 1).
  near(sleep.b, -1);
  near(sleep.m, 0.5);
  near(sleep.s, -0.25);
  const both = gradients({ insomnia: 0.25, dreamArgs });
  near(both.m, 0.25 * -0.5 + 0.75 * 0.5);
  const pure = gradients({ insomnia: 0, dreamArgs, modelHasParams: false });
  assert.equal(pure.b, 0);
  near(pure.value, 0.5 * Math.log(2 * Math.PI) + 0.5 * (1 + 0.25));
});

Deno.test("the value is minus the importance-weighted bound, particles in a loop or a plate", () => {
  for (const vectorizeParticles of [false, true]) {
    const options = { numParticles: 3, vectorizeParticles }, key = random.key(7);
    const wake = new Objective(model, guide, new ReweightedWakeSleep(options)).loss(at, key, x);
    const bound = new Objective(model, guide, new RenyiELBO(options)).loss(at, key.split(2)[0], x);
    near(wake.dataSync()[0], bound.dataSync()[0], 1e-5);
  }
});

Deno.test("draws within a scan carry no gradient", async () => {
  const step = (scale: number | Tensor) => (before: Tensor, _: null): [Tensor, null] => [
    sample("z", new Normal(before, scale)),
    null,
  ];
  const walk = () => void scan(step(1), tf.scalar(0), null, { length: 3 });
  const own = () => void scan(step(param("s", 0.8, positive)), tf.scalar(0), null, { length: 3 });
  const loss = new ReweightedWakeSleep({ numParticles: 400 });
  const s = tf.scalar(Math.log(0.8));
  const { grad } = await compile(valueAndGrad(new Objective(walk, own, loss).loss))({ s }, random.key(0));
  // Of each of three steps -(E[(z - before)^2] / s^2 - 1) with z from the model.
  near(grad.s.dataSync()[0], -3 * (1 / 0.64 - 1), 0.5);
});

Deno.test("automatic guides wake; those whose sites are the model's own sleep too", () => {
  function both() {
    using _two = plate("two", 2);
    sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: [1, 2] });
  }
  const params = { auto_loc: tf.zeros([2]), auto_scale: tf.zeros([2]), auto_scale_tril: tf.zeros([2, 2]) };
  const wake = new Objective(
    both,
    new AutoMultivariateNormal(both),
    new ReweightedWakeSleep({ numParticles: 50 }),
  );
  const { grad } = valueAndGrad(wake.loss)(params, random.key(0));
  assert.ok(grad.auto_loc.dataSync()[1] < 0);
  const sleep = new ReweightedWakeSleep({ insomnia: 0, dreamArgs: () => [] });
  assert.throws(
    () => new Objective(both, new AutoMultivariateNormal(both), sleep).loss(params, random.key(0)),
    {
      message: /^Cannot sleep: site "_auto_latent" of the guide is none of the model's latent sites/,
    },
  );
  const own = { z_auto_loc: tf.zeros([2]), z_auto_scale: tf.zeros([2]) };
  const loss = new Objective(both, new AutoNormal(both), sleep).loss(own, random.key(0)).dataSync()[0];
  assert.ok(Number.isFinite(loss));
});

Deno.test("options out of range throw", () => {
  for (
    const [options, message] of [
      [{ insomnia: 2 }, "insomnia is 2, expected a number from 0 to 1"],
      [{ numParticles: 1 }, "numParticles is 1, expected an integer of at least 2"],
      [
        { insomnia: 0.5 },
        "sleep needs dreamArgs, which gives the guide data that the model has dreamt, such as ({ x }) => [x]",
      ],
    ] as const
  ) {
    assert.throws(() => new ReweightedWakeSleep(options), {
      message: `Cannot make ReweightedWakeSleep: ${message}`,
    });
  }
});
