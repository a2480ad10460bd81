import assert from "node:assert/strict";
import {
  AutoNormal,
  Beta,
  Importance,
  key,
  Normal,
  paretoK,
  Predictive,
  sample,
  summary,
} from "../../mod.ts";
import { deterministic } from "../../lib/ppl/mod.ts";
import { HalfCauchy, StudentT } from "../../lib/distributions/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { close, conjugate, data, exactEvidence, exactPosterior, normalGuide } from "./models.ts";
import { random, tf } from "./tensors.ts";

/** A guide as wide as twice the posterior of `conjugate`, away from its mean. */
const params = { loc: tf.scalar(exactPosterior().mean + 0.1), scale: tf.scalar(2 * exactPosterior().sd) };

for (const engine of ["js", "onnx", "wasm"] as const) {
  Deno.test(`weighed draws of a guide give evidence and posterior, in engine ${engine}`, async () => {
    const importance = new Importance(conjugate, { guide: normalGuide, params, numSamples: 3000, engine });
    const result = await importance.run(key(0), data), { mean, sd } = exactPosterior();
    const n = result.logWeights.length;
    close(result.logEvidence, exactEvidence(), 4 * Math.sqrt((n / result.ess - 1) / n), "log evidence");
    close(result.mean("mu").data[0], mean, 4 * sd / Math.sqrt(result.ess), "mean");
    // The mean square of the ratio of these normals, in closed form.
    const square = 4 / Math.sqrt(7) * Math.exp((0.1 / sd) ** 2 / 7);
    close(result.ess * square / n, 1, 0.04, "effective sample size");
    assert.ok(result.k < 0.5, `k ${result.k}`);
    assert.equal(result.k, paretoK(result.logWeights));
    close(result.weights.reduce((a: number, b: number) => a + b), 1, 1e-9, "sum of weights");
    const chosen = result.resample(random.key(1)), drawn = moments(chosen.mu.data);
    close(drawn.mean, mean, 4 * sd / Math.sqrt(result.ess), "mean of the resampled");
    close(drawn.sd / sd, 1, 0.08, "sd of the resampled");
    await importance.release();
  });
}

Deno.test("where the guide is the posterior all weights are the evidence, with digits of float64", async () => {
  const { mean, sd } = exactPosterior(), exact = { loc: tf.scalar(mean), scale: tf.scalar(sd) };
  const options = { guide: normalGuide, params: exact, numSamples: 100, dtype: "float64" } as const;
  const result = await new Importance(conjugate, options).run(key(0), data);
  // The parameters came in float32.
  for (const w of result.logWeights) close(w, exactEvidence(), 1e-5);
  close(result.ess, 100, 1e-6, "ess");
});

Deno.test("draws of the prior are weighed by the likelihood; predictions and summaries take them", async () => {
  const heads = () => {
    const p = sample("p", new Beta(2, 2));
    deterministic("odds", p.div(tf.sub(1, p)));
    sample("tosses", new Normal(p, 0.2).expand([3]).toEvent(1), { obs: [0.9, 0.7, 0.8] });
  };
  const result = await new Importance(heads, { numSamples: 2000 }).run(key(3));
  assert.deepEqual(Object.keys(result.samples).sort(), ["odds", "p"]);
  result.samples.p.data.forEach((p, i) => {
    const scored = new Normal(p, 0.2).logProb([0.9, 0.7, 0.8]).sum().dataSync()[0];
    if (i < 20) close(result.logWeights[i], scored, 1e-4);
  });
  const posteriorSamples = result.resample(key(4), 300);
  assert.deepEqual(posteriorSamples.odds.shape, [300]);
  posteriorSamples.p.data.forEach((p, i) =>
    close(posteriorSamples.odds.data[i], p / (1 - p), 1e-4 / (1 - p) ** 2)
  );
  const { odds: _, ...latents } = posteriorSamples;
  const { tosses } = await new Predictive(heads, { posteriorSamples: latents, returnSites: ["tosses"] })(
    key(5),
  );
  assert.deepEqual(tosses.shape, [300, 3]);
  assert.deepEqual(summary(latents).rows.map(({ name }) => name), ["p"]);
});

Deno.test("a guide with lighter tails than the posterior is told by k", async () => {
  const model = () => void sample("z", new StudentT(2, 0, 1)),
    guide = () => void sample("z", new Normal(0, 0.3));
  const result = await new Importance(model, { guide, numSamples: 5000 }).run(key(0));
  assert.ok(result.k > 0.7, `k ${result.k}`);
  assert.match(String(result), /5000 draws.*\nThe weights cannot be relied on/);
});

Deno.test("mistakes are told", async () => {
  assert.throws(
    () => new Importance(conjugate, { numSamples: 0 }),
    /numSamples is 0, expected a positive integer/,
  );
  assert.throws(() => new Importance(7 as never), /the model is number, expected a function/);
  const message = (run: Promise<unknown>) => assert.rejects(run);
  await assert.rejects(
    new Importance(conjugate, { guide: normalGuide }).run(key(0), data),
    /Cannot weigh draws of the guide: params lacks its parameter "loc"/,
  );
  await message(new Importance(conjugate, { guide: new AutoNormal(conjugate), params }).run(key(0), data));
  const impossible = () =>
    void sample("x", new HalfCauchy(sample("s", new HalfCauchy(1))).mask(true), { obs: -1 });
  await assert.rejects(new Importance(impossible).run(key(0)));
  await assert.rejects(
    new Importance(() => void sample("x", new Normal(sample("s", new Normal(0, 1)).log(), 1), { obs: 0 }))
      .run(key(0)),
    /Cannot weigh draws: the log weight of draw \d+ is NaN/,
  );
});
