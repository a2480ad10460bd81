import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { close } from "../reference.ts";

Deno.test("Expanded puts axes that grow between others where they belong", () => {
  const base = new dist.Normal(tf.tensor([[0], [100], [200]]), 1);
  const draws = new dist.Expanded(base, [4, 3, 5]).sample(key(2), [6]);
  assert.deepEqual(draws.shape, [6, 4, 3, 5]);
  const means = [...draws.mean([0, 1, 3]).round().div(100).dataSync()];
  assert.equal(means.length, 3);
  means.forEach((mean, i) => close(`member ${i}`, Math.round(mean), i, 0));
  assert.equal(new Set(draws.dataSync()).size, 6 * 4 * 3 * 5, "some copies share their draws");
});
