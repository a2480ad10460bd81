import assert from "node:assert/strict";
import {
  adam,
  AutoNormal,
  locScaleReparam,
  MCMC,
  NUTS,
  type Reparam,
  reparam,
  splitRHat,
  SVI,
  TraceELBO,
  transformReparam,
} from "../../lib/infer/mod.ts";
import {
  AffineTransform,
  ExpTransform,
  Gamma,
  HalfCauchy,
  Normal,
  StudentT,
  TransformedDistribution,
} from "../../lib/distributions/mod.ts";
import { plate, sample, seed, trace } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { chainsOf } from "../../lib/infer/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

const quiet = { progress: false };
const y = tf.tensor1d([28, 8, -3, 7, -1, 1, 18, 12]), sigma = tf.tensor1d([15, 10, 16, 11, 9, 11, 10, 18]);

/** Eight schools, centred: its posterior has a neck. */
const centred = () => {
  const mu = sample("mu", new Normal(0, 5)), tau = sample("tau", new HalfCauchy(5));
  using _schools = plate("schools", 8);
  sample("obs", new Normal(sample("theta", new Normal(mu, tau)), sigma), { obs: y });
};

Deno.test("eight schools by their standard forms have the posterior of the non-centred model", async () => {
  const file = new URL("../golden/eight_schools.json", import.meta.url);
  const { posterior } = JSON.parse(await Deno.readTextFile(file));
  const model = reparam(centred, { theta: locScaleReparam({ centered: 0 }) });
  const mcmc = new MCMC(new NUTS(model), { numSamples: 2500 });
  const { samples, chains, divergences } = await mcmc.run(random.key(0), [], quiet);
  for (const name of ["mu", "tau"]) {
    const { mean, sd } = moments(samples[name].data), expected = posterior[name];
    assert.ok(Math.abs(mean - expected.mean) < 4 * expected.sd / Math.sqrt(2000), `${name}: ${mean}`);
    assert.ok(Math.abs(sd / expected.sd - 1) < 0.08, `${name}: sd ${sd}, expected ${expected.sd}`);
    assert.ok(splitRHat(chainsOf(chains[name])) < 1.01);
  }
  assert.deepEqual(samples.theta.shape, [10_000, 8]);
  const [mu, tau] = [samples.mu.data, samples.tau.data], { data: base } = samples.theta_decentered;
  samples.theta.data.forEach((theta: number, i: number) => {
    const draw = Math.floor(i / 8);
    assert.ok(Math.abs(theta - (mu[draw] + tau[draw] * base[i])) < 1e-9 * (1 + Math.abs(theta)));
  });
  assert.ok(divergences < 50, `${divergences} divergences, hundreds where it is centred`);
  await mcmc.release();
});

Deno.test("the density of a site's value is the same at every share of centring", () => {
  const model = () => sample("x", new StudentT(5, 2, 3).expand([4]).toEvent(1));
  for (const centered of [0, 0.3, 1]) {
    const run = trace(seed(reparam(model, { x: locScaleReparam({ centered }) }), random.key(1))).get();
    const x = run.value("x"), { logProb } = run.sampleSite("x_decentered");
    // dx / d(decentered) = scale^(1 - centered), four times.
    const density = new StudentT(5, 2, 3).expand([4]).toEvent(1).logProb(x).dataSync()[0];
    const volume = 4 * (1 - centered) * Math.log(3);
    assert.ok(Math.abs(logProb.dataSync()[0] - (density + volume)) < 1e-5);
  }
});

Deno.test("a learned share is a parameter of training", async () => {
  const model = reparam(centred, { theta: locScaleReparam() }), guide = new AutoNormal(model);
  const { params } = await new SVI(model, guide, adam({ lr: 0.02 })).run(random.key(0), 3000, [], quiet);
  const shares = params.theta_centered.dataSync();
  assert.equal(shares.length, 8);
  assert.ok(moments(shares).mean < 0.4, `${shares}: away from centred, from 0.5 on`);
});

Deno.test("a learned share is one for all vectorised particles", async () => {
  const model = reparam(centred, { theta: locScaleReparam() }), guide = new AutoNormal(model);
  const loss = new TraceELBO({ numParticles: 5, vectorizeParticles: true });
  const { params } = await new SVI(model, guide, adam({ lr: 0.02 }), loss).run(
    random.key(0),
    1000,
    [],
    quiet,
  );
  assert.deepEqual(params.theta_centered.shape, [8]);
  assert.ok(moments(params.theta_centered.dataSync()).mean < 0.5);
});

Deno.test("transformReparam() draws the base", () => {
  const transforms = [new AffineTransform(1, 2), new ExpTransform()];
  const model = () => sample("x", new TransformedDistribution(new Normal(0, 1), transforms));
  const run = trace(seed(reparam(model, { x: transformReparam() }), random.key(0))).get();
  const [x, base] = [run.value("x"), run.value("x_base")].map((tensor) => tensor.dataSync()[0]);
  assert.ok(Math.abs(x - Math.exp(1 + 2 * base)) < 1e-4 * x);
});

Deno.test("sites that cannot be drawn otherwise say why", () => {
  const gamma = () => sample("g", new Gamma(1, 1));
  const run = (way: Record<string, Reparam>) => seed(reparam(gamma, way), random.key(0))();
  assert.throws(
    () => run({ g: locScaleReparam() }),
    /Cannot reparameterise site "g": found Gamma, expected a loc/,
  );
  assert.throws(() => run({ g: transformReparam() }), /found Gamma, expected a TransformedDistribution/);
  assert.throws(() => locScaleReparam({ centered: 2 }), /centered is 2, expected a number from 0 to 1/);
});
