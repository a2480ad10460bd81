import assert from "node:assert/strict";
import {
  Bernoulli,
  Beta,
  constraints,
  Delta,
  Dirichlet,
  ExpTransform,
  HalfNormal,
  LKJCholesky,
  Mixture,
} from "../../lib/distributions/mod.ts";
import {
  MultivariateNormal,
  Normal,
  TransformedDistribution,
  Truncated,
  ZeroInflated,
} from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDAIS,
  AutoLaplace,
  AutoNormal,
  computeMarginals,
  eliminationPlan,
  enumLogDensity,
  initToValue,
  logLikelihood,
  loo,
  MCMC,
  NUTS,
  Predictive,
  reparam,
  rHat,
  sbc,
  summary,
  SVI,
  toInferenceData,
} from "../../lib/infer/mod.ts";
import {
  condition,
  logDensity,
  mask,
  param,
  plate,
  renderModel,
  sample,
  scale,
  seed,
} from "../../lib/ppl/mod.ts";
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
  await assert.rejects(
    imputed(key, x.slice(0, 2)),
    /site "y" has shape \[4\], the model needs \[2\].*leave the site out/,
  );
});

Deno.test("data of one number where an event of several is expected are refused", async () => {
  const model = (y: Tensor) => {
    const mean = sample("mean", new Normal(0, 1));
    using _data = plate("data", 4);
    sample("y", new Normal(mean.add(tf.zeros([3])), 1).toEvent(1), { obs: y });
  };
  await assert.rejects(
    new MCMC(new NUTS(model), lengths).run(key, [y.reshape([4, 1])], { progress: false }),
    /the value has shape \[4, 1\] and makes \[4, 3\] of it, .*; reshape the data/,
  );
});

Deno.test("masks and scales may be lists, as data may", () => {
  const value = (context: () => Disposable) =>
    logDensity(
      () => {
        using _data = plate("data", 4);
        using _context = context();
        sample("y", new Normal(0, 1), { obs: y });
      },
      [],
      {},
    ).logDensity.dataSync()[0];
  const part = -Math.log(2 * Math.PI) - (0.1 ** 2 + 3.2 ** 2) / 2;
  for (const context of [() => mask([true, false, false, true]), () => scale([1, 0, 0, 1])]) {
    assert.ok(Math.abs(value(context) - part) < 1e-5);
  }
});

Deno.test("chains refuse sites that cannot vary, with what to do", async () => {
  const run = (model: () => unknown) => new MCMC(new NUTS(model), lengths).run(key, [], { progress: false });
  const only = () => sample("weights", new Dirichlet([1]));
  await assert.rejects(run(only), /Cannot use NUTS: the latent sites have one value only/);
  const point = () => sample("x", new Normal(sample("point", new Delta(1)), 1));
  await assert.rejects(
    run(point),
    /density of site "point" \(Delta\) is -Infinity; .*make it computed, by deterministic/,
  );
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

Deno.test("what is given in the wrong place or form is told with what was found", async () => {
  const any: any = { seed, condition, reparam, sample, Predictive, NUTS, MCMC, loo, rHat, adam, plate };
  const draws = { data: new Float64Array(6), shape: [2, 3] }, samples = { slope: draws, sd: draws };
  const cases: [string, () => unknown, RegExp][] = [
    ["a key before the model", () => any.seed(key, line), /apply seed: .*; the function comes first/],
    [
      "values before the model",
      () => any.condition({ slope: 1 }, line),
      /apply condition: found a record of slope/,
    ],
    [
      "a number for a key",
      () => any.seed(line, 0)(x),
      /Cannot seed: found 0, expected a key, such as key\(0\)/,
    ],
    [
      "a strategy that is an object",
      () => any.reparam(line, key)(x),
      /found an object of class ThreefryKey, expected ways/,
    ],
    ["no model at all", () => any.seed(undefined, key), /Cannot seed|Cannot run a model|Cannot apply seed/],
    [
      "a hint that is misspelt",
      () => any.sample("z", new Bernoulli(0.5), { infer: { enumarate: "parallel" } }),
      /with infer: there is no option "enumarate" \(did you mean "enumerate"\?\)/,
    ],
    [
      "a hint of another value",
      () => any.sample("z", new Bernoulli(0.5), { infer: { enumerate: "paralel" } }),
      /infer.enumerate is "paralel", expected "parallel" or "sequential"/,
    ],
    ["text for a number", () => any.adam({ lr: "0.01" }), /lr is "0.01", expected a number/],
    ["a shape for a size", () => any.plate("data", [4]), /its size is \[4\], expected a positive integer/],
    [
      "text for a length",
      () => new any.MCMC(new NUTS(line), { numSamples: "9" }),
      /numSamples is "9", expected/,
    ],
    [
      "a name for a list",
      () => new any.Predictive(line, { numSamples: 1, returnSites: "y" }),
      /returnSites is "y"/,
    ],
    [
      "a whole result for its draws",
      () => new any.Predictive(line, { posteriorSamples: { samples } }),
      /has a record of slope, sd for "samples", expected draws by the names of sites/,
    ],
    ["sites for one of them", () => any.loo(samples), /found a record of slope, sd, expected an array/],
    [
      "an array for chains",
      () => any.rHat(draws),
      /expected a list with the draws of each, such as chainsOf/,
    ],
  ];
  for (const [name, run, message] of cases) assert.throws(run, { message }, name);
  const chains = new Predictive(line, { posteriorSamples: samples });
  await assert.rejects(
    chains(key, x),
    /draw of site "s.*" has shape \[3\], the model needs \[\].*MCMCResult.samples/,
  );
  const returned = new Predictive((x: Tensor) => ({ line: line(x) }), {
    numSamples: 1,
    returnSites: ["_RETURN"],
  });
  await assert.rejects(returned(key, x), /the model returned a record of line, expected a tensor/);
  const initStrategy = initToValue({ values: { sd: -1 } });
  await assert.rejects(
    new MCMC(new NUTS(line, { initStrategy }), lengths).run(key, [x, y], { progress: false }),
    /Cannot start site "sd" at the value given: it lies outside of the support, nonNegative/,
  );
});

Deno.test("distributions say what was found in the place of their parts", () => {
  const any: any = {
    Beta,
    Mixture,
    MultivariateNormal,
    Normal,
    TransformedDistribution,
    Truncated,
    ZeroInflated,
    LKJCholesky,
  };
  const normal: any = new Normal(0, 1), part = /, expected a distribution, such as new Normal\(0, 1\)/;
  const cases: [() => unknown, RegExp][] = [
    [() => new any.Beta(2), /Cannot make Beta: concentration0 is undefined, expected a tensor or numbers/],
    [() => new any.ZeroInflated(0.3, normal), /Cannot make ZeroInflated: found 0.3/],
    [() => new any.ZeroInflated(0.3, normal), part],
    [() => new any.Mixture([0.5, 0.5], [normal, normal]), /Cannot make Mixture: found a list of 2/],
    [
      () => new any.TransformedDistribution(new ExpTransform(), normal),
      /found an object of class ExpTransform/,
    ],
    [() => new any.Truncated(normal), /found neither low nor high/],
    [
      () => new any.MultivariateNormal([0, 0]),
      /expected exactly one of scaleTril, covariance and precision, found 0/,
    ],
    [() => new any.LKJCholesky([3], 1), /found the size \[3\], expected an integer from 2/],
    [() => normal.expand(4), /Cannot expand Normal: found 4, expected a shape, such as \[4\]/],
    [() => normal.sample(key, 4), /Cannot draw from Normal: found 4, expected a shape/],
    [() => normal.sample([4]), /Cannot draw from Normal: found a list of 1, expected a key/],
    [() => normal.toEvent(0).sample(0), /found 0, expected a key, such as key\(0\)/],
    [
      () => param("w", 1, { constraint: "positive" as any }),
      /the constraint is "positive", expected one such as/,
    ],
  ];
  for (const [run, message] of cases) assert.throws(run, { message });
  assert.equal(param("w", 1, { constraint: constraints.positive }).dataSync()[0], 1);
});
