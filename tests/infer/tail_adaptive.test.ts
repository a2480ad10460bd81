import assert from "node:assert/strict";
import { valueAndGrad } from "../../lib/compile/mod.ts";
import { Bernoulli, constraints, Normal } from "../../lib/distributions/mod.ts";
import { Objective, tracePair, TraceTailAdaptiveELBO } from "../../lib/infer/mod.ts";
import { param, sample } from "../../lib/ppl/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

const positive = { constraint: constraints.positive };
const model = () => void sample("z", new Normal(0, 1));
const guide = () => void sample("z", new Normal(param("m", 0.5), param("s", 0.7, positive)));

Deno.test("the gradient is that of log p / q through the draws, weighed by ranks", () => {
  const key = random.key(3), count = 4, [m, s] = [0.5, 0.7];
  for (const beta of [-1, 0]) {
    const loss = new TraceTailAdaptiveELBO({ numParticles: count, beta });
    const at = { m: tf.scalar(m), s: tf.scalar(Math.log(s)) };
    const { value, grad } = valueAndGrad(new Objective(model, guide, loss).loss)(at, key);
    const z = Array.from({ length: count }, (_, i) => {
      const { guide: run } = tracePair(key.foldIn(i), model, guide, []);
      return run.value("z").dataSync()[0];
    });
    const log = z.map((v) => -0.5 * v * v + 0.5 * ((v - m) / s) ** 2 + Math.log(s));
    const gamma = log.map((a) => log.filter((b) => b >= a).length ** beta);
    const total = gamma.reduce((a, b) => a + b);
    const slope = z.map((v, i) => gamma[i] / total * (-v + (v - m) / s ** 2));
    const dm = slope.reduce((a, b) => a + b), ds = slope.reduce((a, b, i) => a + b * (z[i] - m), 0);
    const found = [value, grad.m, grad.s].map((t) => t.dataSync()[0]);
    [-log.reduce((a, b) => a + b) / count, -dm, -ds].forEach((expected, i) =>
      assert.ok(Math.abs(found[i] - expected) < 1e-5, `${found}, expected ${expected} at ${i}`)
    );
  }
});

Deno.test("particles in a plate are ranked too; a site without reparameterised draws throws", () => {
  const loss = new TraceTailAdaptiveELBO({ numParticles: 500, vectorizeParticles: true });
  const at = { m: tf.scalar(0), s: tf.scalar(Math.log(0.5)) };
  const { grad } = valueAndGrad(new Objective(model, guide, loss).loss)(at, random.key(0));
  assert.ok(grad.s.dataSync()[0] < 0);
  const coin = () => void sample("z", new Bernoulli(param("p", 0.5)));
  const fair = () => void sample("z", new Bernoulli(0.5));
  assert.throws(() => new Objective(fair, coin, loss).loss({ p: tf.scalar(0.5) }, random.key(0)), {
    message: 'Cannot use TraceTailAdaptiveELBO: site "z" (Bernoulli) is not reparameterised; use RenyiELBO',
  });
  assert.throws(() => new TraceTailAdaptiveELBO({ beta: 1 }), {
    message: "Cannot make TraceTailAdaptiveELBO: beta is 1, expected a number of at most 0",
  });
});
