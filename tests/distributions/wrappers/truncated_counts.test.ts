import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";

const sum = (d: dist.Distribution, values: number[]) =>
  d.logProb(tf.tensor(values)).exp().sum().dataSync()[0];
const range = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, i) => low + i);

Deno.test("counts far in a tail keep the digits of their probabilities, and are drawn there", () => {
  // Above 20 a Poisson count of mean 2 has a probability of 6e-14, which 1 - cdf has not.
  const rare = new dist.Truncated(new dist.Poisson(2), { low: 20 });
  assert.ok(Math.abs(sum(rare, range(20, 45)) - 1) < 1e-4);
  const draws = rare.sample(key(0), [1000]), share = draws.equal(20).cast("float32").mean().dataSync()[0];
  assert.ok(Math.abs(share - sum(rare, [20])) < 0.03, `${share}`);
  assert.ok(draws.min().dataSync()[0] === 20 && draws.max().dataSync()[0] < 40);
  const few = new dist.Truncated(new dist.Poisson(1e-6), { low: 1 });
  assert.ok(Math.abs(few.logProb(1).dataSync()[0] + 5e-7) < 1e-6);
  const low = new dist.Truncated(new dist.Binomial(1000, 0.5), { high: 380 });
  assert.ok(Math.abs(sum(low, range(300, 380)) - 1) < 1e-4);
});

Deno.test("between two ends counts are listed, and have an entropy", () => {
  const d = new dist.Truncated(new dist.Geometric(0.5), { low: 1, high: 2 });
  assert.deepEqual([...d.enumerateSupport().dataSync()], [1, 2]);
  const expected = -(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3);
  assert.ok(Math.abs(d.entropy().dataSync()[0] - expected) < 1e-5);
  assert.deepEqual([...d.cdf([0, 1, 2]).dataSync()].map((p) => Math.round(p * 3)), [0, 2, 3]);
});
