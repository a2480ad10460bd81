import assert from "node:assert/strict";
import { key, Normal, param, plate, Predictive, sample, scan, SMCFilter, summary } from "../../mod.ts";
import { Bernoulli, Uniform } from "../../lib/distributions/mod.ts";
import { systematic } from "../../lib/infer/importance/resample.ts";
import { ancestorsOf } from "../../lib/infer/smc/ancestors.ts";
import { close } from "./models.ts";
import { random, type Tensor, tf } from "./tensors.ts";

/** A local level: a random walk of deviation q, seen through noise of deviation r. */
const q = 0.7,
  r = 1.1,
  T = 30,
  data = Array.from({ length: T }, (_, t) => 2 * Math.sin(t / 4) + ((7 * t) % 5) / 4);
const model = {
  init: () => sample("start", new Normal(0, 2)),
  step(level: Tensor, x: Tensor): [Tensor, null] {
    const next = sample("level", new Normal(level, q));
    sample("x", new Normal(next, r), { obs: x });
    return [next, null];
  },
};
/** Draws each level from what the level before and the observation say of it. */
const precision = 1 / q ** 2 + 1 / r ** 2;
const guide = {
  step(level: Tensor, x: Tensor): void {
    const mean = level.div(q ** 2).add(x.div(r ** 2)).div(precision);
    sample("level", new Normal(mean, 1 / Math.sqrt(precision)));
  },
};

/** Kalman's filter: the log evidence, and the means and variances of the levels. */
function kalman(): { evidences: number[]; means: number[]; smoothed: number[] } {
  let mean = 0, variance = 4;
  const evidences: number[] = [], means: number[] = [], before: number[] = [], after: number[] = [];
  for (const x of data) {
    const prior = variance + q ** 2, total = prior + r ** 2;
    evidences.push(-0.5 * Math.log(2 * Math.PI * total) - (x - mean) ** 2 / (2 * total));
    mean += prior / total * (x - mean);
    variance = prior * r ** 2 / total;
    means.push(mean);
    before.push(prior);
    after.push(variance);
  }
  const smoothed = [...means];
  for (let t = T - 2; t >= 0; t--) smoothed[t] += after[t] / before[t + 1] * (smoothed[t + 1] - means[t]);
  return { evidences, means, smoothed };
}
const exact = kalman(),
  xs = tf.tensor(data),
  sum = (all: Iterable<number>) => [...all].reduce((a, b) => a + b, 0);

for (const engine of ["js", "onnx", "wasm"] as const) {
  for (const proposal of ["bootstrap", "guided"] as const) {
    if (engine !== "js" && proposal === "bootstrap") continue;
    Deno.test(`the ${proposal} filter has Kalman's evidence and means, in engine ${engine}`, async () => {
      const numParticles = 2000, by = proposal === "guided" ? { guide } : {};
      const result = await new SMCFilter(model, { numParticles, engine, ...by }).run(key(1), xs);
      // Deviations over keys are 0.15 and 0.07.
      close(result.logEvidence, sum(exact.evidences), proposal === "guided" ? 0.25 : 0.5, "log evidence");
      const means = result.mean("level");
      assert.deepEqual(means.shape, [T]);
      exact.means.forEach((mean, t) => close(means.data[t], mean, 0.12, `mean at ${t}`));
      result.logEvidences.forEach((value, t) => close(value, exact.evidences[t], 0.2, `evidence at ${t}`));
      const { length } = result.resampledSteps;
      assert.ok(length > 0 && length < T, `resampled ${length} times`);
      result.resampledSteps.forEach((t) => assert.ok(result.ess[t] <= numParticles / 2));
    });
  }
}

Deno.test("particles are chosen in the graph as in main memory: about N w times each, those of weight 0 never", () => {
  for (let n = 1; n < 40; n += 6) {
    const logs = Array.from({ length: n }, (_, i) => 3 * Math.sin(7 * i + n)), all = sum(logs.map(Math.exp));
    const weights = logs.map((log, i) => i > 0 && i % 3 === 0 ? 0 : Math.exp(log) / all),
      whole = sum(weights);
    const own = Float64Array.from(weights, (w) => w / whole), u = random.uniform(key(n), []);
    const chosen = [...ancestorsOf(tf.tensor([...own]), u).dataSync()];
    assert.deepEqual(chosen, [...systematic(key(n), own, n)], `of ${n}`);
    own.forEach((w, i) => {
      const count = chosen.filter((choice) => choice === i).length;
      assert.ok(Math.abs(count - n * w) < 1 + 1e-4 && (w > 0 || count === 0), `${i}: ${count} of ${n * w}`);
    });
  }
});

Deno.test("histories are draws of the smoothed levels, which a model with scan takes", async () => {
  const result = await new SMCFilter(model, { numParticles: 3000, guide }).run(key(2), xs);
  const draws = result.resample(key(3), 1000);
  assert.deepEqual([draws.start.shape, draws.level.shape], [[1000], [1000, T]]);
  const means = summary({ level: draws.level }).rows.map(({ mean }) => mean);
  // The earlier, the fewer particles are left.
  exact.smoothed.forEach((mean, t) => t > T - 12 && close(means[t], mean, 0.15, `smoothed at ${t}`));
  const whole = (x?: Tensor) =>
    void scan(
      (level: Tensor, x: Tensor | null): [Tensor, null] => {
        const next = sample("level", new Normal(level, q));
        sample("x", new Normal(next, r), { obs: x ?? undefined });
        return [next, null];
      },
      model.init(),
      x ?? null,
      { length: T },
    );
  const { x } = await new Predictive(whole, { posteriorSamples: draws, returnSites: ["x"] })(key(4));
  assert.deepEqual(x.shape, [1000, T]);
});

Deno.test("without resampling it is importance sampling of the whole series; threshold 1 resamples always", async () => {
  const few = tf.tensor(data.slice(0, 4));
  const never = await new SMCFilter(model, { numParticles: 4000, essThreshold: 0 }).run(key(0), few);
  assert.deepEqual(never.resampledSteps, []);
  close(never.logEvidence, sum(exact.evidences.slice(0, 4)), 0.2);
  const always = await new SMCFilter(model, { numParticles: 4000, essThreshold: 1 }).run(key(0), few);
  assert.equal(always.resampledSteps.length, 4);
  close(always.logEvidence, sum(exact.evidences.slice(0, 4)), 0.2);
});

Deno.test("carries are trees, steps have plates, arguments and parameters; init may observe", async () => {
  const pair = {
    init(noise: Tensor) {
      const state = sample("a", new Normal(0, 1));
      sample("first", new Normal(state, noise), { obs: 1 });
      return { state, count: tf.scalar(0) };
    },
    step({ state, count }: { state: Tensor; count: Tensor }, x: Tensor, noise: Tensor) {
      const drift = param("drift", tf.scalar(0));
      const next = sample("b", new Normal(state.add(drift), 0.5));
      using _pair = plate("pair", 2);
      sample("x", new Normal(next, noise), { obs: x });
      return [{ state: next, count: count.add(1) }, null] as [{ state: Tensor; count: Tensor }, null];
    },
  };
  const filter = new SMCFilter(pair, {
    numParticles: 4000,
    params: { drift: tf.scalar(0.5) },
    dtype: "float64",
  });
  const result = await filter.run(key(0), tf.tensor([[0.5, 1.5]]), tf.scalar(0.8));
  // a + drift + noise given 1 through noise, then two numbers around it.
  const v0 = 1 / (1 + 1 / 0.64), m1 = v0 / 0.64 + 0.5, v1 = v0 + 0.25;
  const mean = (m1 / v1 + 2 / 0.64) / (1 / v1 + 2 / 0.64);
  close(result.mean("b").data[0], mean, 0.05);
  const logN = (x: number, v: number) => -0.5 * (Math.log(2 * Math.PI * v) + x * x / v);
  // Sum and difference of both numbers are independent.
  const evidence = logN(1, 1.64) + logN(2 - 2 * m1, 4 * v1 + 2 * 0.64) + logN(1, 2 * 0.64) + Math.log(2);
  close(result.logEvidence, evidence, 0.1);
});

Deno.test("discrete states are particles like others", async () => {
  const stay = (s: Tensor) => new Bernoulli(s.mul(0.8).add(0.1));
  const chain = {
    init: () => sample("s", new Bernoulli(0.5)),
    step(s: Tensor, x: Tensor): [Tensor, null] {
      const next = sample("state", stay(s));
      sample("x", new Normal(next, 0.5), { obs: x });
      return [next, null];
    },
  };
  const seen = [0.1, 0.9, 1.2],
    result = await new SMCFilter(chain, { numParticles: 5000 }).run(key(0), tf.tensor(seen));
  let [p0, p1] = [0.5, 0.5], log = 0;
  for (const x of seen) {
    const like = (m: number) => Math.exp(-((x - m) ** 2) / 0.5) / Math.sqrt(0.5 * Math.PI);
    [p0, p1] = [(0.9 * p0 + 0.1 * p1) * like(0), (0.1 * p0 + 0.9 * p1) * like(1)];
    log += Math.log(p0 + p1);
    [p0, p1] = [p0 / (p0 + p1), p1 / (p0 + p1)];
  }
  close(result.logEvidence, log, 0.06);
  close(result.mean("state").data[2], p1, 0.03);
});

Deno.test("mistakes are told", async () => {
  assert.throws(() => new SMCFilter({} as never), /no functions init and step/);
  assert.throws(() => new SMCFilter(model, { numParticles: 0 }), /numParticles is 0/);
  assert.throws(
    () => new SMCFilter(model, { essThreshold: 2 }),
    /essThreshold is 2, expected a number from 0 to 1/,
  );
  const narrow = {
    init: () => tf.scalar(0),
    step: (c: Tensor, x: Tensor): [Tensor, null] => {
      sample("x", new Uniform(c, 1), { obs: x });
      return [c, null];
    },
  };
  await assert.rejects(
    new SMCFilter(narrow, { numParticles: 3 }).run(key(0), tf.tensor([0.5, 2])),
    /Cannot filter: at step 1 all particles have weight 0/,
  );
});
