import assert from "node:assert/strict";
import { adam, AutoDiagonalNormal, AutoLowRankMultivariateNormal } from "../../lib/infer/mod.ts";
import { AutoMultivariateNormal, exponentialDecay, paretoK, SVI, TraceELBO } from "../../lib/infer/mod.ts";
import { MultivariateNormal, Normal } from "../../lib/distributions/mod.ts";
import { sample } from "../../lib/ppl/mod.ts";
import { linalg, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

const key = random.key(0), quiet = { progress: false };
const scale = [0.5, 1, 2, 0.8], shared = [1, -0.8, 1.5, 0.6], loc = [1, -2, 0, 3];
/** A covariance of one shared direction, diag(scale) (1 + f f') diag(scale). */
const covariance = scale.map((a, i) =>
  scale.map((b, k) => a * b * (shared[i] * shared[k] + Number(i === k)))
);
const model = () => sample("x", new MultivariateNormal(loc, { covariance: tf.tensor(covariance) }));

async function fitted(guide: AutoDiagonalNormal | AutoLowRankMultivariateNormal | AutoMultivariateNormal) {
  const lr = exponentialDecay({ init: 0.03, rate: 0.03, every: 2000 });
  const loss = new TraceELBO({ numParticles: 16, vectorizeParticles: true });
  const svi = new SVI(model, guide, adam({ lr }), loss);
  const { params } = await svi.run(key, 2000, [], quiet);
  await svi.release();
  const posterior = guide.getPosterior(params), draws = posterior.sample(random.key(1), [8000]);
  const target = new MultivariateNormal(loc, { covariance: tf.tensor(covariance) });
  const weights = target.logProb(draws).sub(posterior.logProb(draws)) as Tensor;
  return { params, elbo: weights.mean().dataSync()[0], k: paretoK(weights.dataSync() as Float32Array) };
}

Deno.test("AutoLowRankMultivariateNormal recovers a posterior of its form; ELBOs stand as theory says, k-hat tells", async () => {
  const guide = new AutoLowRankMultivariateNormal(model, { rank: 1 }), low = await fitted(guide);
  const posterior = guide.getPosterior(low.params), { covFactor, covDiag } = posterior;
  const found = linalg.matmul(covFactor, covFactor, false, true).add(linalg.diagEmbed(covDiag)).arraySync();
  covariance.forEach((row, i) =>
    row.forEach((c, k) => {
      const size = Math.sqrt(covariance[i][i] * covariance[k][k]);
      assert.ok(Math.abs((found as number[][])[i][k] - c) < 0.08 * size, `${found}, not ${covariance}`);
    })
  );
  loc.forEach((m, i) =>
    assert.ok(Math.abs(posterior.loc.dataSync()[i] - m) < 0.1 * Math.sqrt(covariance[i][i]))
  );
  // The evidence is 1. The best independent normal has the variances 1 / precision; the precision's
  // diagonal is (1 - f^2 / total) / scale^2, by Sherman and Morrison.
  const total = 1 + shared.reduce((sum, f) => sum + f * f, 0);
  const best = -0.5 * shared.reduce((sum, f) => sum + Math.log(1 - f * f / total), Math.log(total));
  const [diagonal, full] = [
    await fitted(new AutoDiagonalNormal(model)),
    await fitted(new AutoMultivariateNormal(model)),
  ];
  assert.ok(Math.abs(diagonal.elbo - best) < 0.05, `${diagonal.elbo}, expected ${best}`);
  assert.ok(Math.abs(low.elbo) < 0.02 && Math.abs(full.elbo) < 0.02, `${low.elbo}, ${full.elbo}`);
  assert.ok(low.k < 0.5 && full.k < 0.5 && diagonal.k > low.k, `k-hats ${diagonal.k}, ${low.k}, ${full.k}`);
});

Deno.test("AutoLowRankMultivariateNormal's transform, quantiles and draws are those of its posterior", async () => {
  const guide = new AutoLowRankMultivariateNormal(model), { params } = await fitted(guide);
  assert.deepEqual(params.auto_cov_factor.shape, [4, 2]);
  const noise = random.normal(random.key(2), [5, 4]), transform = guide.getTransform(params);
  const y = transform.forward(noise);
  const expected = new Normal(tf.zeros([4]), 1).toEvent(1).logProb(noise).sub(
    transform.logAbsDetJacobian(noise, y),
  );
  const density = guide.getPosterior(params).logProb(y).dataSync();
  (expected.dataSync() as Float32Array).forEach((v, i) => assert.ok(Math.abs(v - density[i]) < 1e-3));
  const { x } = guide.quantiles(params, [0.5]);
  (guide.median(params).x.dataSync() as Float32Array).forEach((v, i) => assert.equal(x.dataSync()[i], v));
  assert.deepEqual(guide.sampleLatent(key, params, [3, 2]).x.shape, [3, 2, 4]);
});

Deno.test("AutoLowRankMultivariateNormal throws on a rank that is none", () => {
  assert.throws(() => new AutoLowRankMultivariateNormal(model, { rank: 0.5 }), {
    message: "Cannot make AutoLowRankMultivariateNormal: rank is 0.5, expected a positive integer",
  });
});
