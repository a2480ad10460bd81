import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";

Deno.test("enumerateSupport() has ones in place of the batch unless expanded", () => {
  const d = new dist.Categorical([[0.2, 0.8], [0.5, 0.5], [1, 0]]);
  assert.deepEqual(d.enumerateSupport().shape, [2, 3]);
  assert.deepEqual(d.enumerateSupport(false).shape, [2, 1]);
  assert.equal(d.enumerateSupport().dtype, "int32");
});

Deno.test("Categorical draws categories as often as their probabilities say", () => {
  const probs = [0.1, 0.6, 0.3], count = 20_000;
  const draws = new dist.Categorical(probs).sample(key(11), [count]);
  assert.equal(draws.dtype, "int32");
  probs.forEach((p, i) => {
    const share = [...draws.dataSync()].filter((x) => x === i).length / count;
    assert.ok(Math.abs(share - p) < 5 * Math.sqrt(p * (1 - p) / count), `category ${i}: ${share}`);
  });
});
