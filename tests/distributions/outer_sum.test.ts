import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { Bernoulli, Independent } from "../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close } from "./families/close.ts";

const values = tf.tensor([[0, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 1]]);

for (
  const [by, parameters] of Object.entries({
    probs: tf.tensor([[0.2, 0.9, 0.4], [1, 0.3, 0], [0, 0, 1]]),
    logits: tf.tensor([[-1, 2, 0.3], [Infinity, 0.3, -Infinity], [50, -50, 0]]),
  })
) {
  /** The density of each event under each parameter, of a shape in which they meet by a product. */
  const joint = (given: Tensor) => new Bernoulli({ [by]: given.expandDims(1) }).toEvent(1).logProb(values);
  const apart = (given: Tensor) =>
    tf.stack(tf.unstack(given).map((row) => new Bernoulli({ [by]: row }).toEvent(1).logProb(values)));

  Deno.test(`events under many Bernoullis by ${by} have the densities of each`, () => {
    assert.deepEqual(joint(parameters).shape, [3, 4]);
    close([...joint(parameters).dataSync()], [...apart(parameters).dataSync()]);
  });

  Deno.test(`slopes of events under many Bernoullis by ${by} are those of each, where they are possible`, async () => {
    for (const engine of ["js", "onnx"] as const) {
      const [a, b] = await Promise.all([joint, apart].map(async (density) => {
        const total = (given: Tensor) => {
          const all = density(given);
          return tf.where(all.greater(-Infinity), all, tf.zerosLike(all)).sum();
        };
        const { value, grad } = await compile(valueAndGrad(total), { engine })(parameters);
        return [...value.dataSync(), ...grad.dataSync()];
      }));
      assert.ok(a.every((x) => !Number.isNaN(x)), `${a}`);
      a.forEach((x, i) =>
        assert.ok(Math.abs(x - b[i]) <= 1e-5 * (1 + Math.abs(b[i])) || !Number.isFinite(b[i]))
      );
    }
  });
}

Deno.test("an event with a value outside is impossible, one with NaN has none", async () => {
  const model = new Bernoulli(tf.tensor([[[0.2, 0.3]], [[0.5, 0.6]]]), { validate: false }).toEvent(1);
  assert.ok(model instanceof Independent);
  const density = compile((x: Tensor) => model.logProb(x));
  const found = (await density(tf.tensor([[0, 1], [0.5, 1], [NaN, 1], [2, 0]]))).arraySync() as number[][];
  for (const row of found) {
    assert.ok(Number.isFinite(row[0]) && Number.isNaN(row[2]));
    assert.deepEqual([row[1], row[3]], [-Infinity, -Infinity]);
  }
});
