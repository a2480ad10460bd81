import assert from "node:assert/strict";
import { compile } from "../../../lib/compile/mod.ts";
import { adam, perParameter, sgd, SVI } from "../../../lib/infer/mod.ts";
import { param, plate, sample } from "../../../lib/ppl/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { flowExpected, flowParameters, flowResults, makeFlow } from "../../../tasks/golden/flows.ts";
import { near } from "../../nn/reference.ts";
import { examined } from "./jacobian.ts";

const { cases } = JSON.parse(Deno.readTextFileSync(new URL("../../golden/flows.json", import.meta.url)));
const host = (value: any): HostArray => {
  const shape: number[] = [];
  for (let v = value; Array.isArray(v); v = v[0]) shape.push(v.length);
  return { data: Float64Array.from([value].flat(Infinity) as number[]), shape };
};
const toTensor = ({ data, shape }: HostArray): Tensor => tf.tensor(Array.from(data), shape) as Tensor;
const withoutInverse = ["Planar", "Radial", "Sylvester", "NeuralAutoregressive", "BlockAutoregressive"];
const title = (c: any) =>
  [c.transform, c.activation, c.residual, c.order, c.context && "conditional", c.training && "in training"]
    .filter(Boolean).join(", ");

for (const c of cases) {
  Deno.test(`${title(c)} gives Pyro's values and gradients eagerly as with ONNX Runtime`, async () => {
    const { given, expected } = flowExpected(c), parameters = flowParameters(c);
    const eager = flowResults(c, toTensor(host(given)), parameters.map(toTensor));
    const compiled = compile((v: Tensor, ...tensors: Tensor[]) => flowResults(c, v, tensors), {
      dtype: "float64",
      engine: "onnx",
    });
    const found: any = await compiled.arrays(host(given), ...parameters);
    await compiled.release();
    for (const [name, value] of Object.entries(expected)) {
      near(`onnx ${name}`, found[name], value, 1e-9);
      near(`eager ${name}`, { data: eager[name].dataSync(), shape: eager[name].shape }, value, 1e-4);
    }
  });

  // One element at a time: batch normalisation in training mixes those of a batch.
  if (c.training || c.context) continue;
  Deno.test(`${title(c)}: the log-determinant is that of the compiled function, and the inverse leads back`, async () => {
    const isInvertible = !withoutInverse.includes(c.transform);
    for (const row of c.x) {
      const x = host(row), parameters = flowParameters(c);
      const found = await examined((tensors) => makeFlow(c, tensors), x, { parameters, isInvertible });
      assert.ok(Math.abs(found.logDet - found.expected) < 1e-9, `${found.logDet}, not ${found.expected}`);
      if (isInvertible) near("x", found.x!, row, 1e-9);
    }
  });
}

Deno.test("flows without an inverse in closed form say so, and trace back what they made", () => {
  for (const c of cases.filter((c: any) => withoutInverse.includes(c.transform) && !c.context)) {
    const make = () => makeFlow(c, flowParameters(c).map(toTensor)), x = toTensor(host(c.x)), flow = make();
    assert.equal(flow.inverse(flow.forward(x)), x);
    assert.throws(() => make().inverse(x), {
      message:
        `Cannot invert ${c.transform}: it has no inverse in closed form, and this value was not made ` +
        "by its forward",
    });
  }
});

Deno.test("BatchNorm by sgd of rate 0.1 keeps Pyro's running moments, in a compiled training", async () => {
  const c = cases.find((c: any) => c.training), data = toTensor(host(c.y));
  const first = flowParameters(c).map(toTensor);
  const model = (y: Tensor) => {
    const [gamma, beta, movingMean, movingVariance] = ["gamma", "beta", "movingMean", "movingVariance"]
      .map((name, i) => param(name, first[i]));
    const norm = new dist.BatchNorm({ gamma, beta, movingMean, movingVariance }, { training: true });
    using _ = plate("rows", 4);
    sample("y", new dist.TransformedDistribution(new dist.Normal(tf.zeros([3]), 1).toEvent(1), norm), {
      obs: y,
    });
  };
  const still = sgd({ lr: 0 }), moving = sgd({ lr: 0.1 });
  const optimiser = perParameter((name) => name.startsWith("moving") ? moving : still);
  const svi = new SVI(model, () => {}, optimiser);
  const { params } = await svi.run(random.key(0), 1, [data]);
  const [mean, variance] = c.after;
  near("mean", { data: params.movingMean.dataSync(), shape: [3] }, mean, 1e-6);
  near("variance", { data: params.movingVariance.dataSync(), shape: [3] }, variance, 1e-6);
});

Deno.test("BatchNorm with adam learns the moments of what it sees", async () => {
  const data = random.normal(random.key(1), [256, 2]).mul([3, 0.5]).add([4, -1]) as Tensor;
  const model = (y: Tensor) => {
    const movingMean = param("movingMean", tf.zeros([2])),
      movingVariance = param("movingVariance", tf.ones([2]));
    const parameters = { gamma: tf.ones([2]), beta: tf.zeros([2]), movingMean, movingVariance };
    const norm = new dist.BatchNorm(parameters, { training: true });
    using _ = plate("rows", 256);
    sample("y", new dist.TransformedDistribution(new dist.Normal(tf.zeros([2]), 1).toEvent(1), norm), {
      obs: y,
    });
  };
  const { params } = await new SVI(model, () => {}, adam({ lr: 0.05 })).run(random.key(0), 800, [data]);
  const [mean, variance] = [data.mean(0), data.sub(data.mean(0)).square().sum(0).div(255)];
  near("mean", { data: params.movingMean.dataSync(), shape: [2] }, mean.arraySync(), 1e-2);
  near("variance", { data: params.movingVariance.dataSync(), shape: [2] }, variance.arraySync(), 1e-2);
});

Deno.test("NeuralAutoregressive stays finite where Pyro's sums saturate in float32", () => {
  const units = (value: number) => tf.fill([2, 1], value) as Tensor;
  const flow = new dist.NeuralAutoregressive(() => [units(3), units(0), units(1)]);
  const x = tf.tensor([[-60], [60]]) as Tensor, y = flow.forward(x), logDet = flow.logAbsDetJacobian(x, y);
  // Far out a unit of slope a is a line of slope a.
  const slope = Math.log1p(Math.exp(3));
  y.dataSync().forEach((v, i) => assert.ok(Math.abs(v - (slope * x.dataSync()[i] + 1)) < 1e-3, `${v}`));
  logDet.dataSync().forEach((v) => assert.ok(Math.abs(v - Math.log(slope)) < 1e-4, `${v}`));
});

Deno.test("SplineAutoregressive goes back by the order of its network", async () => {
  // The second variable comes first: the first one's bins depend on it.
  const network = (x: Tensor) => {
    const other = tf.concat([x.slice([0, 1], [-1, 1]), tf.zeros([x.shape[0], 1])], 1).expandDims(1);
    return [4, 4, 3].map((n) => other.mul(tf.range(1, n + 1).div(3).reshape([1, n, 1])) as Tensor);
  };
  const make = () => new dist.SplineAutoregressive(network, { permutation: [1, 0], bound: 4 });
  const x = host([[0.5, -1.2]]);
  const found = await examined(make, x);
  assert.ok(Math.abs(found.logDet - found.expected) < 1e-9);
  near("x", found.x!, [[0.5, -1.2]], 1e-9);
});
