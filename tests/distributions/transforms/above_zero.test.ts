import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../../lib/compile/mod.ts";
import {
  Beta,
  constraints,
  Dirichlet,
  SigmoidTransform,
  SoftmaxTransform,
  StickBreakingTransform,
} from "../../../lib/distributions/mod.ts";
import { adam, AutoDelta, SVI } from "../../../lib/infer/mod.ts";
import { sample } from "../../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";

const far = [-1e4, -120, -95, -40, -1, 0, 12];

for (const engine of present) {
  Deno.test(`unit intervals and simplices have no 0 in float32, and densities their slopes there (${engine})`, async () => {
    const ends = (f: (x: Tensor) => Tensor, domain: number[][] | number[]) =>
      compile(f, { engine })(tf.tensor(domain) as Tensor);
    const shares = far.map((x) => [0, x, 1]);
    for (
      const found of [
        await ends((x) => new SigmoidTransform().forward(x), far),
        await ends((x) => new SoftmaxTransform().forward(x), shares),
        await ends((x) => new StickBreakingTransform().forward(x), shares),
      ]
    ) assert.ok(found.dataSync().every((p: number) => p > 0));
    // d/dx of (a - 1) log p + (b - 1) log(1 - p) is (a - 1) (1 - p) - (b - 1) p.
    const beta = (x: Tensor) => new Beta(0.1, 0.9).logProb(new SigmoidTransform().forward(x)).sum();
    const { value, grad } = await compile(valueAndGrad(beta), { engine })(tf.tensor1d(far));
    assert.ok(Number.isFinite(value.dataSync()[0]));
    grad.dataSync().forEach((slope: number, i: number) => {
      const p = 1 / (1 + Math.exp(-far[i]));
      assert.ok(Math.abs(slope - (-0.9 * (1 - p) + 0.1 * p)) < 1e-5, `${slope} at ${far[i]}`);
    });

    // With the softmax: (a - 1) - p times the sum of all (a - 1).
    for (const x of far) {
      const dirichlet = (x: Tensor) =>
        new Dirichlet([0.1, 0.1, 0.1]).logProb(new SoftmaxTransform().forward(x));
      const { grad } = await compile(valueAndGrad(dirichlet), { engine })(tf.tensor1d([0, x, 1]));
      const peak = Math.max(1, x), exps = [0, x, 1].map((v) => Math.exp(v - peak));
      const total = exps.reduce((a, b) => a + b);
      grad.dataSync().forEach((slope: number, i: number) =>
        assert.ok(Math.abs(slope - (-0.9 + 2.7 * exps[i] / total)) < 1e-5, `${slope} at ${x}`)
      );
    }
  });
}

Deno.test("a training whose density has no bound goes on beyond what float32 has", async () => {
  const model = () => void sample("p", new Dirichlet([0.1, 0.1, 0.1]));
  const guide = new AutoDelta(model), svi = new SVI(model, guide, adam({ lr: 1 }));
  const { params, losses } = await svi.run(random.key(0), 400);
  assert.ok(losses.every((loss) => Number.isFinite(loss)) && losses[399] < losses[0]);
  assert.ok(constraints.simplex.check(params.p_auto_loc.dataSync(), [3]));
});
