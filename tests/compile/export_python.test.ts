import assert from "node:assert/strict";
import { exportOnnx, grad, scan } from "../../lib/compile/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { run } from "../python.ts";

const there = await run("import numpy, onnxruntime; print(onnxruntime.__version__)");
const skipped = there.success ? "" : ` (skipped: ${there.text.split("\n").at(-1)})`;

/** A recurrence with noise, its gradient beside it: products, a loop and its derivative, two symbolic axes. */
function walk(weight: Tensor, steps: Tensor, key: Key): { end: Tensor; path: Tensor; slope: Tensor } {
  const noise = random.normal(key, [3]);
  const forward = (w: Tensor) =>
    scan(
      (h: Tensor, x: Tensor) => {
        const next = tf.tanh(tf.matMul(tf.add(h, x), w).add(noise));
        return [next, next];
      },
      tf.zeros([steps.shape[1], 3]),
      steps,
    );
  const [end, path] = forward(weight);
  return { end, path, slope: grad((w: Tensor) => tf.sum(forward(w)[1]))(weight) };
}

const script = `
import json, sys
import numpy as np, onnxruntime as ort
given = json.load(open(sys.argv[2]))
session = ort.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
feeds = {k: np.array(v["data"], dtype=np.float32).reshape(v["shape"]) for k, v in given.items()}
names = [o.name for o in session.get_outputs()]
print(json.dumps({n: {"shape": list(y.shape), "data": y.ravel().tolist()} for n, y in zip(names, session.run(names, feeds))}))
`;

Deno.test({
  name: `an exported function gives the same in onnxruntime for Python, at several lengths${skipped}`,
  ignore: !there.success,
  async fn() {
    const dir = await Deno.makeTempDir();
    const weight = tf.tensor([[0.4, -0.2, 0.1], [0.3, 0.5, -0.6], [-0.1, 0.2, 0.7]]);
    const model = exportOnnx(walk, [weight, tf.zeros([2, 2, 3]), random.key(0)], {
      inputs: ["weight", "steps"],
      axes: [undefined, ["time", "batch", null]],
    });
    assert.deepEqual(model.outputs.map((o) => [o.name, o.shape]), [
      ["end", ["batch", 3]],
      ["path", ["time", "batch", 3]],
      ["slope", [3, 3]],
    ]);
    await Deno.writeFile(`${dir}/model.onnx`, model.bytes);
    for (const [time, batch] of [[1, 1], [7, 2], [30, 5]]) {
      const steps = random.normal(random.key(time), [time, batch, 3]), key = random.key(9);
      const inputs = { weight, steps, noise0: random.normal(key, [3]) };
      const given = Object.entries(inputs).map(([k, t]) => [k, { shape: t.shape, data: [...t.dataSync()] }]);
      await Deno.writeTextFile(`${dir}/inputs.json`, JSON.stringify(Object.fromEntries(given)));
      const { success, text } = await run(script, `${dir}/model.onnx`, `${dir}/inputs.json`);
      assert.ok(success, text);
      const outputs = JSON.parse(text), expected = walk(weight, steps, key);
      for (const [name, tensor] of Object.entries(expected)) {
        assert.deepEqual(outputs[name].shape, tensor.shape);
        tensor.dataSync().forEach((value, i) => {
          const found = outputs[name].data[i];
          assert.ok(
            Math.abs(found - value) <= 1e-4 * (1 + Math.abs(value)),
            `${name}[${i}] is ${found}, expected ${value}`,
          );
        });
      }
    }
  },
});
