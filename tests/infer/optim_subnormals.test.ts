import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, sgd, SVI } from "../../lib/infer/mod.ts";
import { param, sample } from "../../lib/ppl/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

/** The second weight is that of a unit which answers no more: nothing but its decay moves it. */
function model() {
  const weights = param("weights", [1, 1]);
  sample("y", new Normal(weights.mul(tf.tensor1d([1, 0])).sum(), 1), { obs: 2 });
}
const guide = () => {};

for (const engine of ["js", "wasm", "onnx"] as const) {
  Deno.test(`weights that decay come to 0, not to a stop among subnormal numbers, in engine ${engine}`, async () => {
    for (const [dtype, steps] of [["float32", 700], ["float64", 4000]] as const) {
      const optimiser = sgd({ lr: 0.3, momentum: 0.5, weightDecay: 0.5 });
      const svi = new SVI(model, guide, optimiser, undefined, { engine, dtype });
      const { state } = await svi.run(random.key(0), steps, [], { progress: false });
      const [alive, dead] = state.params.weights.data;
      assert.ok(alive > 1, `${alive}`);
      assert.equal(dead, 0);
      await svi.release();
    }
  });
}

Deno.test("the least normal numbers stay, and in float64 what float32 does not know", async () => {
  for (
    const [dtype, number] of [["float32", 2 ** -126], ["float64", 2 ** -1022], ["float64", 1e-300]] as const
  ) {
    const tiny = () => void sample("y", new Normal(param("tiny", [1]).mul(0), 1), { obs: [2] });
    const svi = new SVI(tiny, guide, adam({ lr: 0.1 }), undefined, { engine: "js", dtype });
    const first = await svi.init(random.key(0));
    first.params.tiny.data[0] = number;
    const { state } = await svi.run(random.key(0), 3, [], { state: first, progress: false });
    assert.deepEqual([...state.params.tiny.data], [number]);
    await svi.release();
  }
});
