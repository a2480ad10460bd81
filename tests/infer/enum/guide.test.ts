import assert from "node:assert/strict";
import { compile, grad, valueAndGrad } from "../../../lib/compile/mod.ts";
import { Bernoulli, Categorical, Normal, Poisson } from "../../../lib/distributions/mod.ts";
import { enumLogDensity, TraceELBO, TraceEnumELBO } from "../../../lib/infer/mod.ts";
import { configEnumerate, logDensity, mask, plate, sample, scale, vindex } from "../../../lib/ppl/mod.ts";
import { key as makeKey } from "../../../lib/tensor/random/mod.ts";
import { type Key, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const data = tf.tensor([0.3, -1.2]), present = tf.tensor([true, false], [2], "bool");

/** A site of all members, and two of each: one that the guide has, one that is summed out. */
function model() {
  const z = sample("z", new Bernoulli(0.3));
  using _members = plate("members", 2);
  const w = sample("w", new Categorical(vindex(tf.tensor([[0.2, 0.3, 0.5], [0.5, 0.4, 0.1]]), [z, null])));
  const u = mask(() => sample("u", new Bernoulli(w.cast("float32").mul(0.3).add(0.2))), present)();
  sample("x", new Normal(z.add(w.cast("float32")).sub(u), 1), { obs: data });
}
/** Its guide: `table[z, member, w]` are the logits of w. */
const guide = (q: Tensor, table: Tensor) => () => {
  const z = sample("z", new Bernoulli({ logits: q }));
  using _members = plate("members", 2);
  const member = tf.range(0, 2, 1, "int32") as Tensor;
  sample("w", new Categorical({ logits: vindex(table, [z, member, null]) }));
};
const q = tf.scalar(0.4) as Tensor;
const table = tf.tensor([[[0.1, 0.5, -1], [1, 0, 0.2]], [[0.3, 0.2, -Infinity], [0, 1, -Infinity]]]);

/** The expectation by hand: a sum over all values of z and both w. */
function exact(weight = 1): number {
  let total = 0;
  const summed = configEnumerate(model);
  for (const z of [0, 1]) {
    for (const a of [0, 1, 2]) {
      for (const b of [0, 1, 2]) {
        const values = { z, w: tf.tensor([a, b], [2], "int32") };
        const logQ = logDensity(guide(q, table), [], values).logDensity.dataSync()[0];
        if (logQ === -Infinity) continue;
        total += Math.exp(logQ) * (enumLogDensity(summed, [], values).logDensity.dataSync()[0] - logQ);
      }
    }
  }
  return -weight * total;
}
const lossOf = (weight = 1) => (q: Tensor, table: Tensor, key: Key = makeKey(0)) => {
  const one = configEnumerate(model), other = configEnumerate(guide(q, table));
  return new TraceEnumELBO().loss(key, scale(one, weight), scale(other, weight), []);
};

Deno.test("sites that the guide enumerates are summed over, below those that the model sums out", () => {
  for (const weight of [1, 2.5]) {
    const [found] = lossOf(weight)(q, table).dataSync();
    assert.ok(Math.abs(found - exact(weight)) < 1e-4, `${found} is not ${exact(weight)}`);
  }
});

Deno.test("the gradient of what the guide enumerates is that of differences, to the second order", async () => {
  const finite = table.maximum(-5) as Tensor, loss = (q: Tensor) => lossOf()(q, finite);
  for (const engine of ["js", "onnx"] as const) {
    const compiled = compile(valueAndGrad(loss), { engine, dtype: "float64" });
    const second = compile(grad((q: Tensor) => grad(loss)(q)), { engine, dtype: "float64" });
    const at = async (x: number) => {
      const { value, grad } = await compiled.arrays({ data: Float64Array.of(x), shape: [] });
      return [value.data[0], grad.data[0]];
    };
    const h = 1e-4, [low, high] = [await at(0.4 - h), await at(0.4 + h)], [, slope] = await at(0.4);
    assert.ok(Math.abs(slope - (high[0] - low[0]) / (2 * h)) < 1e-7);
    const { data: [bend] } = await second.arrays({ data: Float64Array.of(0.4), shape: [] });
    assert.ok(Math.abs(bend - (high[1] - low[1]) / (2 * h)) < 1e-6, `${bend}`);
  }
});

Deno.test("draws of the guide that are not enumerated get scores: their mean gradient is that of enumeration", async () => {
  const finite = table.maximum(-3) as Tensor;
  const drawn = (q: Tensor, key: Key) =>
    new TraceEnumELBO({ numParticles: 4000 }).loss(key, configEnumerate(model), guide(q, finite), []);
  const summed = await compile(grad((q: Tensor) => lossOf()(q, finite)))(q);
  const estimated = await compile(grad(drawn))(q, makeKey(1));
  const [a, b] = [summed.dataSync()[0], estimated.dataSync()[0]];
  assert.ok(Math.abs(a - b) < 0.1 * (1 + Math.abs(a)), `${b} is not ${a}`);
});

Deno.test("sites that are enumerated one run for each value give the same as in parallel", () => {
  const flat = () => {
    const z = sample("z", new Bernoulli(0.3));
    const w = sample("w", new Categorical(vindex(tf.tensor([[0.2, 0.3, 0.5], [0.5, 0.4, 0.1]]), [z, null])));
    sample("x", new Normal(z.add(w.cast("float32")), 1), { obs: 1 });
  };
  const guideOf = () => void sample("z", new Bernoulli(0.7));
  const loss = (strategy: "parallel" | "sequential", side: "model" | "guide" | "both") => {
    const options = { default: strategy };
    const one = configEnumerate(flat, side === "guide" ? {} : options);
    const other = side === "model" ? () => {} : configEnumerate(guideOf, options);
    return new TraceEnumELBO().loss(makeKey(0), one, other, []).dataSync()[0];
  };
  for (const side of ["model", "guide", "both"] as const) {
    const [a, b] = [loss("parallel", side), loss("sequential", side)];
    assert.ok(Math.abs(a - b) < 1e-5, `${side}: ${b} is not ${a}`);
  }
});

Deno.test("without discrete sites the loss is that of TraceELBO", () => {
  const one = () => void sample("x", new Normal(sample("m", new Normal(0, 1)), 1), { obs: 1 });
  const other = () => void sample("m", new Normal(0.5, 0.7));
  const [a, b] = [new TraceELBO(), new TraceEnumELBO()].map((elbo) =>
    elbo.loss(makeKey(3), one, other, []).dataSync()[0]
  );
  assert.equal(a, b);
});

Deno.test("draws that follow what the guide enumerates are drawn for each of its values, as in a semi-supervised VAE", async () => {
  const prior = [0.3, 0.7], means = [0.5, -1], q = [0.4, 0.6], sds = [0.1, 0.05], noise = 0.5;
  const data = [0.9, -0.4, 1.7];
  const model = () => {
    using _data = plate("data", 3);
    const y = sample("y", new Categorical(prior)), mean = vindex(tf.tensor(means), [y]);
    sample("x", new Normal(sample("z", new Normal(mean, 1)).add(y), noise), { obs: tf.tensor(data) });
  };
  const guideOf = (locs: Tensor) => () => {
    using _data = plate("data", 3);
    const y = sample("y", new Categorical(q), { infer: { enumerate: "parallel" } });
    sample("z", new Normal(vindex(locs, [y]), vindex(tf.tensor(sds), [y])));
  };
  // In closed form: the divergences of normals, and the expectations of squares.
  const expected = (locs: readonly number[]) =>
    -data.flatMap((x) =>
      [0, 1].map((y) => {
        const variance = sds[y] ** 2;
        const divergence = -Math.log(sds[y]) + (variance + (locs[y] - means[y]) ** 2 - 1) / 2;
        const squares = ((x - y - locs[y]) ** 2 + variance) / noise ** 2;
        const likelihood = -0.5 * (Math.log(2 * Math.PI) + squares) - Math.log(noise);
        return q[y] * (Math.log(prior[y] / q[y]) - divergence + likelihood);
      })
    ).reduce((a, b) => a + b);
  const locs = [0.2, -0.7], elbo = new TraceEnumELBO({ numParticles: 4000 });
  const compiled = compile(valueAndGrad((l: Tensor, key: Key) => elbo.loss(key, model, guideOf(l), [])));
  const { value, grad } = await compiled.arrays(tf.tensor(locs) as Tensor, makeKey(0));
  await compiled.release();
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 0.06, `${a} is not ${b}`);
  near(value.data[0], expected(locs));
  const step = 1e-4, at = (i: number, by: number) => expected(locs.with(i, locs[i] + by));
  [0, 1].forEach((i) => near(grad.data[i], (at(i, step) - at(i, -step)) / (2 * step)));

  const counts = (rate: number) => () => {
    const y = sample("y", new Categorical(prior), { infer: { enumerate: "parallel" } });
    sample("z", new Poisson(y.add(rate)));
  };
  assert.throws(
    () => new TraceEnumELBO().loss(makeKey(0), counts(1), counts(2), []),
    /site "z" is drawn for each of its values; Poisson.* has no derivatives of draws: enumerate "z" too/,
  );
});
