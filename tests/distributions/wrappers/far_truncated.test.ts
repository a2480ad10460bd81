import assert from "node:assert/strict";
import { compile, grad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { random, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const key = random.key(0), probabilities = [0.001, 0.25, 0.5, 0.75, 0.999];
const { Truncated } = dist;

/** Parts so rare that probabilities of the whole have no digits there, or are 0, in float32. */
const parts: Readonly<Record<string, () => dist.Distribution>> = {
  "Exponential above": () => new Truncated(new dist.Exponential(2), { low: 100 }),
  "Gumbel above": () => new Truncated(new dist.Gumbel(0, 1), { low: 60 }),
  "Gumbel below": () => new Truncated(new dist.Gumbel(0, 1), { high: -5 }),
  "Laplace above": () => new Truncated(new dist.Laplace(0, 1), { low: 300 }),
  "Laplace between": () => new Truncated(new dist.Laplace(0, 1), { low: 300, high: 300.5 }),
  "Logistic below": () => new Truncated(new dist.Logistic(0, 1), { high: -200 }),
  "Weibull above": () => new Truncated(new dist.Weibull(1, 0.5), { low: 1e4 }),
  "Kumaraswamy near 1": () => new Truncated(new dist.Kumaraswamy(2, 8), { low: 0.99 }),
};

Deno.test("quantiles of far truncated families are those of their probabilities, and draws differ", () => {
  for (const [name, make] of Object.entries(parts)) {
    const d = make(), back = d.cdf(d.icdf(probabilities)).dataSync();
    // A logarithm near -200 has five digits after the point in float32.
    probabilities.forEach((p, i) => assert.ok(Math.abs(back[i] - p) < 5e-5, `${name}: ${back[i]}, not ${p}`));
    assert.ok(new Set(d.sample(key, [20]).dataSync()).size > 18, name);
  }
});

Deno.test("quantiles of 0 and 1 of truncated families are the ends", () => {
  const ends = (name: string) => [...parts[name]().icdf([0, 1]).dataSync()];
  assert.deepEqual(ends("Gumbel above"), [60, Infinity]);
  assert.deepEqual(ends("Gumbel below"), [-Infinity, -5]);
  assert.deepEqual(ends("Laplace between"), [300, 300.5]);
  assert.deepEqual(ends("Kumaraswamy near 1"), [Math.fround(0.99), 1]);
  assert.deepEqual([...new Truncated(new dist.Exponential(2), { low: 0.5 }).icdf([0, 1]).dataSync()], [
    0.5,
    Infinity,
  ]);
});

Deno.test("draws of a far truncated exponential, which has no memory, move with its end and its rate", async () => {
  const mean = (low: Tensor, rate: Tensor) =>
    new Truncated(new dist.Exponential(rate), { low }).rsample(key, [1000]).mean();
  const compiled = compile((
    low: Tensor,
    rate: Tensor,
  ) => [mean(low, rate), ...grad(mean, { argnums: [0, 1] })(low, rate)]);
  for (const low of [1, 100]) {
    const [found, byLow, byRate] = (await compiled(tf.scalar(low), tf.scalar(2))).map((t: Tensor) =>
      t.dataSync()[0]
    );
    const ahead = found - low;
    assert.ok(Math.abs(ahead - 0.5) < 0.05 && Math.abs(byLow - 1) < 1e-3, `${ahead} ${byLow}`);
    assert.ok(Math.abs(byRate + ahead / 2) < 0.01 * ahead, `${byRate}`);
  }
  await compiled.release();
});
