import assert from "node:assert/strict";
import { Normal } from "../../../lib/distributions/mod.ts";
import { random, tf } from "../../../lib/tensor/mod.ts";

Deno.test("GivenKey makes draws of what it was given, row by row in loops", () => {
  const key = new random.GivenKey(tf.tensor([[0, 1], [2, -1]]));
  assert.deepEqual(key.draw("normal", [2, 2]).arraySync(), [[0, 1], [2, -1]]);
  const [first, second] = [0, 1].map((step) => key.split(3)[2].foldIn(step));
  assert.deepEqual(new Normal(tf.zeros([2]), 2).sample(first).arraySync(), [0, 2]);
  assert.deepEqual(new Normal(tf.ones([2]), 1).sample(second).arraySync(), [3, 0]);
});

Deno.test("GivenKey refuses draws of another shape", () => {
  assert.throws(() => new Normal(tf.zeros([3]), 1).sample(new random.GivenKey(tf.zeros([2]))), {
    message: "Cannot draw [3]: the values that were given have shape [2]",
  });
});
