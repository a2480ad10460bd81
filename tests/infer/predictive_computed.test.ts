import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, autoReparam, locScaleReparam, Predictive, reparam } from "../../lib/infer/mod.ts";
import { SVI } from "../../lib/infer/mod.ts";
import { deterministic, plate, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

/** A line, whose heights at the places are computed. */
function line(x: Tensor, y?: Tensor): void {
  const height = deterministic("height", x.mul(sample("slope", new Normal(0, 3))));
  using _data = plate("data", x.shape[0]);
  sample("y", new Normal(height, 0.1), { obs: y });
}
const slope = tf.tensor([-1, 2]);

for (const parallel of [false, true]) {
  const how = parallel ? "in a plate" : "in a loop";
  Deno.test(`computed sites are computed anew at other places, whatever draws of them there are, ${how}`, async () => {
    const posteriorSamples = { slope, height: tf.zeros([2, 5]) }, x = tf.tensor([1, 10, 100]);
    const expected = [[-1, -10, -100], [2, 20, 200]];
    const predict = new Predictive(line, { posteriorSamples, parallel });
    const { height, ...others } = await predict(random.key(0), x);
    assert.deepEqual([height.arraySync(), Object.keys(others)], [expected, ["y"]]);
    // As in NumPyro, with the data given they are all that is left.
    const left = await predict(random.key(0), x, x);
    assert.deepEqual([Object.keys(left), left.height.arraySync()], [["height"], expected]);
    await predict.release();
  });
}

/** A site of a scale that is drawn, around a mean that is drawn. */
function nested(x?: Tensor): void {
  const mean = sample("mean", new Normal(1, 9));
  sample("x", new Normal(mean, 1e-3), { obs: x });
}

Deno.test("draws of a site that reparam computes are refused where there are none of what it is computed of", async () => {
  const posteriorSamples = { mean: tf.tensor([5, 6]), other: tf.zeros([2]) };
  const other = reparam(() => {
    sample("other", new Normal(0, 1));
    nested();
  }, { mean: locScaleReparam({ centered: 0 }) });
  const message =
    'Cannot predict: there are draws of "mean", which the model computes of "mean_decentered", of ' +
    "which there are none; give the draws of this model, or the model that was drawn from, without reparam";
  await assert.rejects(
    async () => await new Predictive(other, { posteriorSamples })(random.key(0)),
    (error: Error) => error.message.startsWith(message),
  );
  const alone = { posteriorSamples: { mean: tf.tensor([5, 6]) } };
  await assert.rejects(
    async () => await new Predictive(reparam(nested, { mean: locScaleReparam() }), alone)(random.key(0)),
    /they are of "mean", of which the model computes all it has, and the model has the sites "mean_decentered", "x"/,
  );
});

Deno.test("shares of autoReparam need a value only where draws depend on it", async () => {
  const model = reparam(nested, autoReparam());
  // Of a chain, whose share is its first value, 0.5: mean = (decentered - 0.5) * 3 + 1.
  const posteriorSamples = { mean: tf.tensor([-2, 7]), mean_decentered: tf.tensor([-0.5, 2.5]) };
  const { mean, x } = await new Predictive(model, { posteriorSamples })(random.key(0));
  assert.deepEqual(mean.arraySync(), [-2, 7]);
  assert(x.sub(mean).abs().max().dataSync()[0] < 0.01);

  // Of a guide: the data have a share only where they are drawn.
  const guide = new AutoNormal(model), svi = new SVI(model, guide, adam({ lr: 0.05 }));
  const { params } = await svi.run(random.key(0), 500, [tf.scalar(4)]);
  assert.ok("mean_centered" in params && !("x_centered" in params));
  const drawn = await new Predictive(model, { guide, params, numSamples: 50 })(random.key(0));
  assert(Math.abs(drawn.x.mean().dataSync()[0] - 4) < 0.2);
  await svi.release();

  const { mean: _mean, ...without } = posteriorSamples;
  await assert.rejects(
    async () => await new Predictive(model, { posteriorSamples: without })(random.key(0)),
    /the model has parameters that params lacks: "mean_centered"/,
  );
});
