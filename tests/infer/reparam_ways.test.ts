import assert from "node:assert/strict";
import { autoReparam, circularReparam, discreteCosineReparam, explicitReparam, factor } from "../../mod.ts";
import { gumbelSoftmaxReparam, haarReparam, Importance, key, MCMC, NUTS, type Reparam } from "../../mod.ts";
import { reparam, sample, seed, splitReparam, studentTReparam, substitute, trace } from "../../mod.ts";
import {
  DiscreteCosineTransform,
  type Distribution,
  ExpTransform,
  Gamma,
  GaussianRandomWalk,
  HaarTransform,
  MultivariateNormal,
  Normal,
  RelaxedOneHotCategorical,
  StudentT,
  type Transform,
  TransformedDistribution,
  VonMises,
} from "../../lib/distributions/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { close, item } from "./models.ts";
import { random, type Tensor, tf } from "./tensors.ts";

const values = (t: Tensor): number[] => [...t.dataSync()];

Deno.test("the transforms are orthonormal, of any length, and invert themselves; Haar's numbers are Pyro's", () => {
  for (const n of [1, 2, 5, 8, 13]) {
    const make = [{}, { flip: true }].map((options): Transform => new HaarTransform(options))
      .concat([0, 1, -0.5].map((smooth) => new DiscreteCosineTransform({ smooth })));
    make.forEach((transform, i) => {
      const x = random.normal(random.key(n), [3, n]), y = transform.forward(x);
      values(transform.inverse(y.add(0))).forEach((back, at) => close(back, x.dataSync()[at], 1e-5));
      if (i > 2) return;
      const norms = (t: Tensor) => values(t.square().sum(1));
      norms(y).forEach((norm, row) => close(norm, norms(x)[row], 1e-4));
    });
  }
  // As pyro.ops.tensor_utils.haar_transform: an odd number waits for the next level.
  const found = values(new HaarTransform().forward(tf.tensor([1, 2, 3, 4, 5])));
  const h = Math.SQRT1_2, [s0, s1] = [3 * h, 7 * h];
  [((s0 + s1) * h + 5) * h, ((s0 + s1) * h - 5) * h, (s0 - s1) * h, -h, -h].forEach((v, i) =>
    close(found[i], v, 1e-5)
  );
});

Deno.test("the frequencies of a random walk are independent with smooth 1, nearly", () => {
  const n = 64, draws = new GaussianRandomWalk(1, n).sample(random.key(0), [2000]);
  const y = new DiscreteCosineTransform({ smooth: 1 }).forward(draws),
    sds = [1, 4, 16, 50].map((k) => moments(values(y.slice([0, k], [-1, 1]))).sd);
  assert.ok(Math.max(...sds) / Math.min(...sds) < 2, `${sds}`);
});

/** The density of the whole model at the value of its site, with the volume of the way. */
const ways: Record<string, [Reparam, Distribution, string, number]> = {
  haar: [
    haarReparam(),
    new MultivariateNormal([1, 2, 3], { scaleTril: [[1, 0, 0], [1, 2, 0], [0, 1, 1]] }),
    "x_haar",
    0,
  ],
  flipped: [haarReparam({ flip: true }), new Normal([0, 1, 2, 3], 2).toEvent(1), "x_haar", 0],
  dct: [discreteCosineReparam({ smooth: 0.5 }), new Normal([0, 1, 2], [1, 2, 3]).toEvent(1), "x_dct", 0],
  split: [splitReparam([1, 2]), new Normal([0, 1, 2], [1, 2, 3]).toEvent(1), "x_split_0", 0],
  explicit: [explicitReparam(new ExpTransform()), new Gamma([2, 3], 1), "x_base", 1],
};
for (const [name, [way, distribution, site, isLog]] of Object.entries(ways)) {
  Deno.test(`way ${name}: the density is that of the site, times the volume`, () => {
    const run = trace(seed(reparam(() => sample("x", distribution), { x: way }), random.key(1))).get();
    const x = run.value("x"), volume = isLog ? item(x.log().sum()) : 0;
    close(item(run.logProbSum()), item(distribution.logProb(x).sum()) + volume, 1e-4);
    assert.ok(run.stochasticSites.some((own) => own.name === site), run.toString());
    assert.deepEqual(run.deterministicSites.map((own) => own.name), ["x"]);
  });
}

Deno.test("way circular: the densities at all places of an angle on the line add up to the angle's", () => {
  const distribution = new VonMises([0, 3], 4).toEvent(1);
  const model = reparam(() => sample("x", distribution), { x: circularReparam() });
  const at = (first: number, second: number) => {
    const data = { x_unwrapped: tf.tensor([0.5 + 2 * Math.PI * first, -3 + 2 * Math.PI * second]) };
    const run = trace(seed(substitute(model, { data }), key(0))).get();
    values(run.value("x")).forEach((angle, i) => close(angle, [0.5, -3][i], 1e-4));
    return Math.exp(item(run.logProbSum()));
  };
  const places = Array.from({ length: 15 }, (_, i) => i - 7);
  const all = places.flatMap((first) => places.map((second) => at(first, second)));
  close(Math.log(all.reduce((a, b) => a + b)), item(distribution.logProb([0.5, -3]).sum()), 1e-3);
  // Two places of four have most of it, and those far out next to nothing.
  assert.ok(at(0, 0) > 0.15 * all.reduce((a, b) => a + b) && at(4, 0) < 1e-6);
});

Deno.test("a Student t by its precision has its density in the mean over the precision, observed too", async () => {
  const model = () => void sample("x", new StudentT(3, 1, 2).expand([2]).toEvent(1), { obs: [2, -4] });
  const mixed = reparam(model, { x: studentTReparam() });
  const { logEvidence, ess } = await new Importance(mixed, { numSamples: 20_000 }).run(key(0));
  const exact = item(new StudentT(3, 1, 2).logProb([2, -4]).sum());
  close(logEvidence, exact, 4 * Math.sqrt(1 / ess), "log evidence");
  const latent = trace(
    seed(reparam(() => sample("x", new StudentT(3, 1, 2)), { x: studentTReparam() }), key(1)),
  ).get();
  assert.deepEqual(latent.stochasticSites.map(({ name }) => name), ["x_gamma", "x"]);
});

Deno.test("a relaxed one-hot vector by uniforms has the distribution of its draws", () => {
  const distribution = new RelaxedOneHotCategorical(0.7, { probs: [0.2, 0.3, 0.5] });
  const model = reparam(() => sample("x", distribution.expand([4000])), { x: gumbelSoftmaxReparam() });
  const own = values(seed(model, random.key(0))().mean(0));
  values(distribution.sample(random.key(1), [4000]).mean(0)).forEach((mean, i) => close(own[i], mean, 0.03));
});

Deno.test("chains of an angle at the end of its interval go across it; of a walk, by Haar, they are right", async () => {
  const model = () => {
    const angle = sample("angle", new VonMises(Math.PI, 3));
    const walk = sample("walk", new GaussianRandomWalk(1, 4));
    factor("data", new Normal(walk.slice([3], [1]).reshape([]), 0.5).logProb(3).add(angle.mul(0)));
  };
  const ways = { angle: circularReparam(), walk: haarReparam() };
  const mcmc = new MCMC(new NUTS(reparam(model, ways)), { numWarmup: 200, numSamples: 500 });
  const { samples } = await mcmc.run(key(0), [], { progress: false }), { data } = samples.angle;
  // The mean cosine of VonMises(loc, 3) is I1(3) / I0(3); both sides are visited alike.
  close(moments(data.map((a: number) => Math.cos(a - Math.PI))).mean, 0.80999, 0.03);
  close(data.filter((a: number) => a > 0).length / data.length, 0.5, 0.1, "share above 0");
  const last = moments(samples.walk.data.filter((_: number, i: number) => i % 4 === 3));
  close(last.mean, 3 * 4 / 4.25, 0.1);
  close(last.sd, Math.sqrt(4 * 0.25 / 4.25), 0.06, "sd");
});

Deno.test("autoReparam chooses a way for each latent site, and leaves its own ways' sites alone", () => {
  const model = () => {
    const m = sample("m", new Normal(0, 9)),
      s = sample("s", new Gamma(2, 1)),
      w = sample("w", new TransformedDistribution(new Normal(m, 1), new ExpTransform()));
    sample("x", new Normal(m.add(w), s), { obs: 3 });
  };
  const ready = reparam(model, autoReparam({ centered: 0 })), run = trace(seed(ready, random.key(0))).get();
  assert.deepEqual(run.deterministicSites.map(({ name }) => name).sort(), ["m", "w"]);
  const names = run.stochasticSites.map(({ name }) => name);
  assert.ok(names.includes("m_decentered") && names.includes("s") && names.length === 3, `${names}`);
});

Deno.test("mistakes are told", () => {
  const run = (way: Reparam, distribution: Distribution) =>
    seed(reparam(() => sample("x", distribution), { x: way }), random.key(0))();
  const expect = (way: Reparam, distribution: Distribution, message: RegExp) =>
    assert.throws(() => run(way, distribution), message);
  const normal = new Normal([0, 1], 1);
  expect(circularReparam(), normal, /site "x": found Normal, expected a family of angles/);
  expect(
    haarReparam(),
    normal,
    /expected at least 1 event axes for .*HaarTransform; declare them by toEvent/,
  );
  expect(splitReparam([2, 2]), normal.toEvent(1), /expected 4 numbers, those of sections, on event axis -1/);
  expect(studentTReparam(), normal, /found Normal, expected StudentT/);
  expect(gumbelSoftmaxReparam(), normal, /found Normal, expected RelaxedOneHotCategorical/);
  assert.throws(() => splitReparam([]), /sections are \[\], expected positive integers/);
  assert.throws(() => haarReparam({ dim: 1 }), /dim is 1, expected a negative integer/);
});
