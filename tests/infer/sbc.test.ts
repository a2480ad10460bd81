import assert from "node:assert/strict";
import { logLikelihood, loo, looPit, MCMC, NUTS, Predictive, sbc } from "../../lib/infer/mod.ts";
import { Bernoulli, HalfCauchy, Normal } from "../../lib/distributions/mod.ts";
import { factor, plate, sample } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { conjugate, data } from "./models.ts";

const x = tf.tensor2d(
  Float32Array.from({ length: 60 }, (_, i) => i % 2 ? Math.cos(1.3 * i) : 1),
  [30, 2],
);
const logistic = (x: Tensor) => {
  let w;
  {
    using _weights = plate("weights", 2);
    w = sample("w", new Normal(0, 1));
  }
  using _data = plate("data", 30);
  sample("y", new Bernoulli({ logits: x.mul(w).sum(1) }));
};
const schools = (sigma: Tensor) => {
  const mu = sample("mu", new Normal(0, 5)), tau = sample("tau", new HalfCauchy(5));
  using _schools = plate("schools", 8);
  sample("y", new Normal(mu.add(tau.mul(sample("base", new Normal(0, 1)))), sigma));
};
const models = {
  "a conjugate normal": { model: () => conjugate(undefined, 8), observe: ["obs"], args: [] },
  "a logistic regression": { model: logistic, observe: ["y"], args: [x] },
  "eight schools": {
    model: schools,
    observe: ["y"],
    args: [tf.tensor1d([15, 10, 16, 11, 9, 11, 10, 18])],
  },
};

for (const [name, { model, ...options }] of Object.entries(models)) {
  Deno.test(`ranks of ${name} are uniform among the draws of NUTS`, async () => {
    const found = await sbc(model, random.key(0), { ...options, numSimulations: 200, numSamples: 49 });
    for (const { name, ranks, counts, pValue } of found) {
      assert.equal(ranks.length, 200);
      assert.equal(counts.reduce((a, b) => a + b), 200);
      // Of some ten numbers in all one has to be this unlucky once in 200 runs.
      assert.ok(pValue > 0.0005, `${name}: ${counts}`);
    }
  });
}

Deno.test("ranks tell a posterior that is not the prior's", async () => {
  const wrong = () => {
    const mean = sample("mean", new Normal(0, 1));
    // No draw from the prior knows of this.
    factor("pull", mean.square().mul(tf.scalar(-4)));
    using _data = plate("data", 3);
    sample("y", new Normal(mean, 1));
  };
  const [{ pValue, counts }] = await sbc(wrong, random.key(1), { observe: ["y"], numSamples: 49 });
  assert.ok(pValue < 1e-6, `${counts}`);
  await assert.rejects(sbc(wrong, random.key(1), { observe: ["z"] }), {
    message: /^Cannot run sbc: the model has no site "z" to observe; it has "mean", .*"y"/,
  });
});

Deno.test("a posterior's log likelihoods give its leave-one-out accuracy and probabilities", async () => {
  const mcmc = new MCMC(new NUTS(conjugate), { numSamples: 500 });
  const { samples } = await mcmc.run(random.key(0), [data], { progress: false });
  const { obs: likelihoods } = await logLikelihood(conjugate, samples, [data]);
  assert.deepEqual(likelihoods.shape, [2000, 20]);
  const { elpd, p, k, warnings } = loo(likelihoods);
  // One parameter; twenty numbers of variance 1/2 under a standard normal around their mean.
  assert.ok(Math.abs(p - 0.5) < 0.3 && Math.abs(elpd + 20 * (0.919 + 0.25)) < 2, `${elpd}, ${p}`);
  assert.ok(k.every((shape) => shape < 0.7) && warnings.length === 0);
  const predict = new Predictive(conjugate, { posteriorSamples: { mu: samples.mu } });
  const { obs } = await predict(random.key(1), undefined, 20),
    pit = looPit(obs, data.dataSync(), likelihoods);
  assert.ok(pit.every((p) => p > 0 && p < 1));
  await assert.rejects(logLikelihood(conjugate, { other: samples.mu }, [data]), {
    message: /^Cannot compute the log likelihood: the draws are of another model: they are of "other"/,
  });
});
