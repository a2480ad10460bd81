import assert from "node:assert/strict";
import { Categorical } from "../../lib/distributions/mod.ts";
import { configEnumerate, enumerate, markov, plate, sample, trace, vindex } from "../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

const moves = tf.tensor([[0.7, 0.3], [0.2, 0.8]]);

/** Returns the shapes of the values that `enumerate` gives the steps of a chain. */
function shapesOf(steps: number, firstAvailableDim: number, history?: number): number[][] {
  const chain = () => {
    const past: Tensor[] = [tf.scalar(0, "int32")];
    const numbers = Array.from({ length: steps }, (_, t) => t);
    for (const t of history === undefined ? numbers : markov(numbers, { history })) {
      past.push(sample(`x${t}`, new Categorical(vindex(moves, [past[t], null]))));
    }
  };
  const run = trace(enumerate(configEnumerate(chain), { firstAvailableDim })).get();
  return Array.from({ length: steps }, (_, t) => run.value(`x${t}`).shape);
}

Deno.test("two axes, used in turn, suffice for a first-order chain of any length, as in Pyro and NumPyro", () => {
  assert.deepEqual(shapesOf(4, -1, 1), [[2], [2, 1], [2], [2, 1]]);
  assert.deepEqual(shapesOf(101, -1, 1).slice(-2), [[2, 1], [2]]);
});

Deno.test("each step of a plain loop has an axis of its own, and a history of two takes three axes", () => {
  assert.deepEqual(shapesOf(3, -2), [[2, 1], [2, 1, 1], [2, 1, 1, 1]]);
  assert.deepEqual(shapesOf(4, -1, 2).map(({ length }) => length), [1, 2, 3, 1]);
});

Deno.test("values lie left of all plates, once or for each member", () => {
  const model = () => {
    using _p = plate("members", 3);
    sample("z", new Categorical([0.2, 0.3, 0.5]));
  };
  for (const [expand, shape] of [[false, [3, 1]], [true, [3, 3]]] as const) {
    const all = enumerate(configEnumerate(model, { expand }), { firstAvailableDim: -2 });
    assert.deepEqual(trace(all).get().value("z").shape, shape);
  }
});
