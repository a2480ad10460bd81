import assert from "node:assert/strict";
import { HMC, logLikelihood, MCMC, NUTS, Predictive, sbc } from "../../../lib/infer/mod.ts";
import { Bernoulli, Beta, Categorical, Normal, Poisson } from "../../../lib/distributions/mod.ts";
import { configEnumerate, deterministic, plate, sample, scan } from "../../../lib/ppl/mod.ts";
import { moments } from "../../../lib/statistics/mod.ts";
import { random, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const quiet = { progress: false }, key = random.key(0);
const numbers = [-0.5, 0.3, 1.4, 1.7, 2.2, 3.5], data = tf.tensor1d(numbers);
const bump = (x: number, loc: number) => Math.exp(-0.5 * (x - loc) ** 2);

/** A mixture of two normals around 0 and 3, the second with probability p. */
function mixture(x?: Tensor): void {
  const p = sample("p", new Beta(2, 2));
  deterministic("odds", p.div(tf.scalar(1).sub(p)));
  using _data = plate("data", numbers.length);
  const z = sample("z", new Bernoulli(p));
  const centre = deterministic("centre", z.mul(3));
  sample("x", new Normal(centre, 1), { obs: x });
}

/** Mean and standard deviation of `value` where its number has the density `weight` on (0, 1). */
function byQuadrature(weight: (p: number) => number, value = (p: number) => p) {
  const places = Array.from({ length: 10_000 }, (_, i) => (i + 0.5) / 10_000), all = places.map(weight);
  const total = all.reduce((a, b) => a + b);
  const mean = places.reduce((sum, p, i) => sum + value(p) * all[i], 0) / total;
  const square = places.reduce((sum, p, i) => sum + value(p) ** 2 * all[i], 0) / total;
  return { mean, sd: Math.sqrt(square - mean ** 2) };
}

const likelihood = (p: number) =>
  p * (1 - p) * numbers.reduce((product, x) => product * ((1 - p) * bump(x, 0) + p * bump(x, 3)), 1);

/** 8,000 draws, of which at least a quarter count. */
function near(draws: ArrayLike<number>, { mean, sd }: { mean: number; sd: number }, what: string) {
  const found = moments(draws);
  assert.ok(Math.abs(found.mean - mean) < 4 * sd / Math.sqrt(2000), `${what}: ${found.mean}, not ${mean}`);
  assert.ok(Math.abs(found.sd / sd - 1) < 0.07, `${what}: sd ${found.sd}, not ${sd}`);
}

Deno.test("discrete sites are summed out: the posterior of a mixture is the exact one", async () => {
  for (const Kernel of [NUTS, HMC]) {
    const mcmc = new MCMC(new Kernel(mixture), { numWarmup: 300, numSamples: 2000 });
    const { samples } = await mcmc.run(key, [data], quiet);
    await mcmc.release();
    near(samples.p.data, byQuadrature(likelihood), "p");
    // What depends on sites that are summed out has no value.
    assert.deepEqual(Object.keys(samples).sort(), ["odds", "p"]);
    samples.odds.data.forEach((odds: number, i: number) => {
      const p = samples.p.data[i];
      assert.ok(Math.abs(odds - p / (1 - p)) < 1e-12 * Math.max(1, odds));
    });
  }
});

Deno.test("memberships are drawn from their posterior, given the draws of the chains", async () => {
  const mcmc = new MCMC(new NUTS(mixture), { numWarmup: 300, numSamples: 2000 });
  const { samples } = await mcmc.run(key, [data], quiet);
  await mcmc.release();
  const { p } = samples;
  const predict = new Predictive(mixture, { posteriorSamples: { p }, inferDiscrete: true });
  const { z, centre } = await predict(random.key(1), data);
  await predict.release();
  assert.deepEqual([z.shape, centre.shape], [[8000, 6], [8000, 6]]);
  const shares = z.cast("float32").mean(0).dataSync(), places = centre.mean(0).dataSync();
  numbers.forEach((x, i) => {
    const chance = (p: number) => p * bump(x, 3) / ((1 - p) * bump(x, 0) + p * bump(x, 3));
    const { mean } = byQuadrature(likelihood, chance);
    assert.ok(
      Math.abs(shares[i] - mean) < 4 * Math.sqrt(mean * (1 - mean) / 4000),
      `${shares[i]}, not ${mean}`,
    );
    assert.ok(Math.abs(places[i] - 3 * shares[i]) < 1e-3);
  });
});

Deno.test("log likelihoods of observations are those without memberships, or at drawn ones", async () => {
  const shares = [0.2, 0.9], p = tf.tensor(shares), root = Math.sqrt(2 * Math.PI);
  const { x } = await logLikelihood(mixture, { p }, [data]);
  assert.deepEqual(x.shape, [2, 6]);
  shares.forEach((p, d) =>
    numbers.forEach((value, i) => {
      const expected = Math.log(((1 - p) * bump(value, 0) + p * bump(value, 3)) / root);
      assert.ok(Math.abs(x.data[6 * d + i] - expected) < 1e-6, `${x.data[6 * d + i]}, not ${expected}`);
    })
  );
  const z = tf.ones([2, 6]), drawn = await logLikelihood(mixture, { p, z }, [data]);
  numbers.forEach((value, i) =>
    assert.ok(Math.abs(drawn.x.data[i] - Math.log(bump(value, 3) / root)) < 1e-6)
  );
});

Deno.test("sums that tie observations to each other have no log likelihood of each", async () => {
  const rate = () => sample("rate", new Beta(2, 2)), draws = { rate: tf.tensor([0.5]) };
  const shared = () => {
    const z = sample("z", new Bernoulli(rate()));
    using _data = plate("data", 2);
    sample("x", new Normal(z, 1), { obs: tf.tensor([0, 1]) });
  };
  await assert.rejects(logLikelihood(shared, draws), {
    message:
      /^Cannot sum discrete sites out of the log likelihood of "x": the sum over "z" ties its members to each/,
  });
  const pair = () => {
    const z = sample("z", new Bernoulli(rate()));
    for (const name of ["x", "y"]) sample(name, new Normal(z, 1), { obs: 1 });
  };
  await assert.rejects(logLikelihood(pair, draws), { message: /the sum over "z" ties it to "y"; draw them/ });
  await assert.rejects(logLikelihood(pair, { other: tf.tensor([0.5]) }), { message: /of another model/ });
});

Deno.test("a model that asks to be enumerated has the draws of one that does not", async () => {
  const run = async (model: typeof mixture) => {
    const mcmc = new MCMC(new NUTS(model), { numWarmup: 50, numSamples: 50, numChains: 2 });
    const { samples } = await mcmc.run(key, [data], quiet);
    await mcmc.release();
    return samples;
  };
  assert.deepEqual(await run(configEnumerate(mixture)), await run(mixture));
});

Deno.test("ranks of a mixture are uniform, its memberships summed out", async () => {
  const found = await sbc(mixture, random.key(2), { observe: ["x"], numSimulations: 100, numSamples: 49 });
  assert.deepEqual(found.map(({ name }) => name).sort(), ["odds", "p"]);
  for (const { pValue, counts } of found) assert.ok(pValue > 0.0005, `${counts}`);
});

Deno.test("states of a chain are summed out in scan", async () => {
  const chain = (x: Tensor) => {
    const stay = sample("stay", new Beta(2, 2)), leave = deterministic("leave", tf.scalar(1).sub(stay));
    scan(
      (last: Tensor, x: Tensor): [Tensor, null] => {
        const probs = tf.where(last.equal(0), leave, stay), z = sample("z", new Bernoulli(probs));
        sample("x", new Normal(deterministic("centre", z.mul(3)), 1), { obs: x });
        return [z.cast("int32"), null];
      },
      tf.scalar(0, "int32"),
      x,
    );
  };
  const weight = (stay: number) => {
    let [zero, one] = [1, 0];
    for (const x of numbers) {
      const next = [zero * stay + one * (1 - stay), zero * (1 - stay) + one * stay];
      [zero, one] = [next[0] * bump(x, 0), next[1] * bump(x, 3)];
    }
    return stay * (1 - stay) * (zero + one);
  };
  const mcmc = new MCMC(new NUTS(chain), { numWarmup: 300, numSamples: 2000 });
  const { samples } = await mcmc.run(key, [data], quiet);
  await mcmc.release();
  near(samples.stay.data, byQuadrature(weight), "stay");
  assert.deepEqual(Object.keys(samples).sort(), ["leave", "stay"]);
});

Deno.test("discrete sites that cannot be summed out are named", async () => {
  const run = (model: () => void) => new MCMC(new NUTS(model), { numChains: 1 }).run(key, [], quiet);
  const rate = () => sample("rate", new Beta(2, 2));
  await assert.rejects(run(() => void sample("n", new Poisson(rate()))), {
    message:
      /^Cannot use NUTS: site "n" \(Poisson\) has discrete values; there is no finite list of them to sum over/,
  });
  await assert.rejects(
    run(() => void sample("z", new Bernoulli(rate()), { infer: { enumerate: "sequential" } })),
    { message: /^Cannot use NUTS: site "z" \(Bernoulli\).*expected \{ enumerate: "parallel" \}/ },
  );
  await assert.rejects(run(() => void sample("k", new Categorical({ probs: [0.5, 0.5] }))), {
    message: /^Cannot use NUTS: all latent sites of the model are summed out; inferDiscrete draws them/,
  });
});
