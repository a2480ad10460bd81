import assert from "node:assert/strict";
import { HalfNormal, Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDAIS,
  AutoLaplace,
  AutoNormal,
  computeMarginals,
  eliminationPlan,
  enumLogDensity,
  logLikelihood,
  MCMC,
  NUTS,
  Predictive,
  sbc,
  summary,
  SVI,
  toInferenceData,
} from "../../lib/infer/mod.ts";
import { logDensity, plate, renderModel, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0),
  x = tf.tensor([0, 1, 2, 3]) as Tensor,
  y = tf.tensor([0.1, 1.2, 1.9, 3.2]) as Tensor;
function line(x: Tensor, y?: Tensor) {
  const slope = sample("slope", new Normal(0, 2)), sd = sample("sd", new HalfNormal(1));
  using _data = plate("data", x.shape[0]);
  sample("y", new Normal(x.mul(slope), sd), { obs: y });
}
const lengths = { numWarmup: 20, numSamples: 20, numChains: 1, numWorkers: 0 };
const draw = (args: any) => new MCMC(new NUTS(line), lengths).run(key, args, { progress: false });
const train = (args: any) => new SVI(line, new AutoNormal(line), adam({ lr: 0.01 })).run(key, 2, args);

Deno.test("arguments of a model that are given one by one are asked for as a list, by all that take lists", async () => {
  const found =
    /found a tensor of shape \[4\] in the place of the model's arguments, expected a list of them/;
  const any = x as any, values = { slope: tf.zeros([1]), sd: tf.ones([1]) };
  await assert.rejects(draw(any), found);
  await assert.rejects(train(any), found);
  await assert.rejects(logLikelihood(line, values, any), found);
  await assert.rejects(sbc(line, key, { observe: ["y"], args: any }), found);
  await assert.rejects(toInferenceData({ samples: {} } as any, { model: line, args: any }), found);
  for (const  of of[logDensity, enumLogDensity, computeMarginals, renderModel, eliminationPlan] as any[]) {
    assert.throws(() => of(line, x, {}), found);
  }
});

Deno.test("data across a plate, of a column where a row is expected, are refused by chains too", async () => {
  await assert.rejects(draw([x, y.reshape([4, 1])]), {
    message:
      /^Cannot observe site "y": the value has shape \[4, 1\] and makes \[4, 4\] of it, .*; reshape the data/,
  });
});

Deno.test("numbers among the data that are not finite are told with the argument and their place", async () => {
  const bad = tf.tensor([0, 1, NaN, 3]), endless = tf.tensor([0, 1, Infinity, 3]);
  const inX =
    /loc of Normal at site "y" is NaN at \[2\].*; argument 0 of the model has NaN at \[2\]: correct the data/;
  const inY = /the value of site "y" is Infinity at \[2\].*; correct the data, or mask what is missing/;
  for (const run of [draw, train]) {
    await assert.rejects(run([bad, y]), inX);
    await assert.rejects(run([x, endless]), inY);
  }
});

Deno.test("a prediction of which nothing is left, because the data were given, is refused", async () => {
  const posteriorSamples = { slope: tf.ones([3]), sd: tf.ones([3]) };
  const predict = new Predictive(line, { posteriorSamples });
  await assert.rejects(predict(key, x, y), {
    message:
      /nothing to draw or compute: "sd", "slope" come from posteriorSamples, and "y" is observed; leave out/,
  });
  assert.deepEqual((await predict(key, x)).y.shape, [3, 4]);
  const imputed = new Predictive(line, { posteriorSamples: { ...posteriorSamples, y: tf.zeros([3, 4]) } });
  await assert.rejects(imputed(key, x), /"sd", "slope", "y" come from posteriorSamples/);
  // Those of members that others take the place of are drawn anew where they are left out.
  await assert.rejects(imputed(key, x.slice(0, 2)), /shape \[4\].*leave the site out of the values given/);
});

Deno.test("a guide that has no spread yet, or whose draws need the data, says so when it is summarised", async () => {
  const point = new AutoLaplace(line), path = new AutoDAIS(line, { numSteps: 2 });
  const fit = async (guide: any) =>
    (await new SVI(line, guide, adam({ lr: 0.05 })).run(key, 200, [x, y])).params;
  const atPoint = await fit(point),
    before = /of AutoLaplace: its posterior is a point until laplaceApproximation/;
  assert.throws(() => point.quantiles(atPoint, [0.5]), before);
  assert.throws(() => summary(point, atPoint), before);
  const onPath = await fit(path);
  assert.throws(() => summary(path, onPath), /Cannot draw from AutoDAIS: its draws depend on .* option args/);
  const { mean, std } = summary(path, onPath, { args: [x, y] }).row("slope");
  // The posterior's mean at its mode, and a spread of the right size.
  assert.ok(Math.abs(mean - 1.04) < 0.15 && std > 0.03 && std < 0.3);
});
