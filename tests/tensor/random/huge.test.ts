import assert from "node:assert/strict";
import { compile } from "../../../lib/compile/mod.ts";
import { Poisson } from "../../../lib/distributions/mod.ts";
import { type Key, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";
import { moments } from "./reference.ts";

const N = 4000;

/** Checks mean and variance in units of their standard errors, and of what float32 can tell apart. */
function assertMoments(draws: ArrayLike<number>, mean: number, variance: number, label: string): void {
  const ulp = mean * 2 ** -24, found = moments(Array.from(draws, (x) => x - mean));
  assert.ok(Math.abs(found.mean) < 5 * Math.sqrt(variance / N) + ulp, `${label}: mean off by ${found.mean}`);
  const ratio = found.variance / (variance + ulp ** 2 / 3);
  assert.ok(Math.abs(ratio - 1) < 5 * Math.sqrt(2 / N), `${label}: ${ratio} of the variance`);
}

for (const engine of [...present, "tfjs"] as const) {
  Deno.test(`Poisson draws have their mean and variance at any rate (${engine})`, async () => {
    const draw = compile((key: Key, rate: Tensor) => new Poisson(rate).sample(key, [N]), { engine });
    const tail = compile((key: Key, a: Tensor) => random.gamma(key, a, [N]), { engine });
    for (const rate of [12, 5e3, 2e7, 1e9, 2.2e9, 3e9, 5e9, 1e12].map(Math.fround)) {
      const draws = (await draw.arrays(random.key(1), tf.scalar(rate))).data;
      assert.ok(Array.prototype.every.call(draws, (k: number) => k >= 0 && Number.isInteger(k)));
      assertMoments(draws, rate, rate, `rate ${rate}`);
      const shape = (await tail.arrays(random.key(2), tf.scalar(rate))).data;
      assertMoments(shape, rate, rate, `concentration ${rate}`);
    }
    await draw.release(), await tail.release();
  });
}

Deno.test("eager counts are those that are compiled, and log densities of huge counts keep their digits", () => {
  const rate = 3e9, draws = new Poisson(rate).sample(random.key(1), [N]);
  assertMoments(draws.dataSync(), rate, rate, "eager");
  // The normal's density at a whole standard deviation's distance, to the third moment (Stirling).
  const k = Math.fround(rate + Math.sqrt(rate)), d = (k - rate) / rate;
  const deviance = rate * ((1 + d) * Math.log1p(d) - d),
    expected = -deviance - 0.5 * Math.log(2 * Math.PI * k);
  const [found] = new Poisson(rate).logProb(k).dataSync();
  assert.ok(Math.abs(found - expected) < 1e-4, `${found}, not ${expected}`);
});
