import assert from "node:assert/strict";
import { compile, type CompileOptions, grad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { type HostArray, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";

type Make = (a: Tensor, b: Tensor) => dist.Distribution;

const weights = new dist.Categorical([0.25, 0.75]);
const pair = (a: Tensor, b: Tensor): Tensor => tf.stack([a, b], -1) as Tensor;
const continuous: Record<string, Make> = {
  "Folded Normal": (a, b) => new dist.Folded(new dist.Normal(a, b)),
  "Mixture of normals": (a, b) => new dist.Mixture(weights, new dist.Normal(pair(a, b), pair(b, a.div(9)))),
  "Mixture of several families": (a, b) =>
    new dist.Mixture(weights, [new dist.Laplace(a, b), new dist.Cauchy(b, 2)]),
};
const probabilities = [1e-4, 0.03, 0.25, 0.26, 0.6, 0.99, 1 - 2 ** -14].map(Math.fround);
const settings: CompileOptions[] = [
  ...([...present, "tfjs"] as const).map((engine) => ({ engine, dtype: "float32" as const })),
  { engine: "js", dtype: "float64" },
];

for (const options of settings) {
  const { engine, dtype } = options, isDouble = dtype === "float64";
  Deno.test(`quantiles by search are undone by the cdf, with the implicit function's slopes (${engine}, ${dtype})`, async () => {
    // TensorFlow.js's kernels take long for each.
    for (const [name, make] of Object.entries(continuous).slice(0, engine === "tfjs" ? 1 : 3)) {
      const both = (p: Tensor, a: Tensor, b: Tensor) => {
        const d = make(a, b), x = d.icdf(p);
        const quantile = (p: Tensor, a: Tensor, b: Tensor): Tensor => make(a, b).icdf(p).sum();
        const cdf = (x: Tensor, a: Tensor, b: Tensor): Tensor => make(a, b).cdf(x).sum();
        const slopes = grad(quantile, { argnums: [0, 1, 2] })(p, a, b);
        // The chain of both is p itself, whatever the parameters.
        return [x, d.cdf(x), slopes, grad(cdf, { argnums: [1, 2] })(x, a, b), d.logProb(x).exp()];
      };
      const n = probabilities.length, p = tf.tensor1d(probabilities), a = tf.fill([n], 0.75);
      const program = compile(both, options);
      const [x, back, [byP, ...slopes], changes, density] = await program.arrays(
        p,
        a,
        tf.fill([n], 2.5),
      ) as any;
      await program.release();
      probabilities.forEach((p, i) => {
        const rest = Math.min(p, 1 - p), off = Math.abs(back.data[i] - p), digits = isDouble ? 1e-9 : 2e-6;
        assert.ok(off <= digits * rest + (isDouble ? 0 : 1.2e-7), `${name}: ${back.data[i]}, not ${p}`);
        const near = (found: number, expected: number, label: string) => {
          const slack = (isDouble ? 1e-7 : 2e-3) * Math.max(Math.abs(expected), 1e-2);
          assert.ok(
            Math.abs(found - expected) <= slack,
            `${name} at ${p}: ${found}, not ${expected}, ${label}`,
          );
        };
        const f = density.data[i];
        near(byP.data[i] * f, 1, "by p");
        slopes.forEach((s: HostArray, k: number) =>
          near(s.data[i], -changes[k].data[i] / f, `by parameter ${k}`)
        );
        assert.ok(i === 0 || x.data[i] > x.data[i - 1], `${name}: ${x.data}`);
      });
    }
  });
}

Deno.test("quantiles by search end where supports do, and skip what has no probability", async () => {
  const at = async (d: dist.Distribution, p: number[]) => {
    const program = compile((p: Tensor) => d.icdf(p), { engine: "js" });
    const { data } = await program.arrays(tf.tensor1d(p));
    await program.release();
    return [...data];
  };
  const gap = new dist.Mixture(new dist.Categorical([0.5, 0, 0.5]), new dist.Uniform([0, -9, 4], [1, 0, 5]));
  assert.deepEqual(await at(gap, [0, 1]), [0, 5]);
  assert.deepEqual(await at(new dist.Folded(new dist.Normal(-3, 1)), [0, 1]), [0, Infinity]);
  const [, middle] = await at(gap, [0.25, 0.5]);
  assert.ok(middle >= 1 && middle <= 4, `${middle}`);
  // Scales apart by more than float32 has digits, and a probability that p does not hold.
  const apart = new dist.Mixture(weights, new dist.Cauchy([0, 3], [1e-9, 1e3]));
  const [near] = await at(apart, [0.5]);
  assert.ok(Math.abs(apart.cdf(near).dataSync()[0] - 0.5) < 1e-6, `${near}`);
  const mixed = new dist.Mixture(weights, new dist.InverseGaussian([2, 1], 3));
  const [log] = mixed.logSurvival(mixed.icdf(1, tf.scalar(1e-20))).dataSync();
  assert.ok(Math.abs(log - Math.log(1e-20)) < 1e-3, `${log}`);
});

Deno.test("quantiles of mixed counts are the least that reach a probability", async () => {
  const d = new dist.Mixture(weights, new dist.Poisson([[3, 40], [0.1, 5000]]));
  const p = [0.01, 0.25, 0.3, 0.5, 0.999], both = [...p, 0, 1].map((q) => [q]);
  const program = compile((p: Tensor) => d.icdf(p), { engine: "js" });
  const { data } = await program.arrays(tf.tensor2d(both)), x = tf.tensor2d(data, [both.length, 2]);
  await program.release();
  const reached = d.cdf(x).dataSync(), before = d.cdf(x.sub(1)).dataSync();
  p.forEach((q, k) =>
    [0, 1].forEach((i) =>
      assert.ok(reached[2 * k + i] >= q - 1e-6 && before[2 * k + i] <= q + 1e-6, `${q}: ${x}`)
    )
  );
  assert.deepEqual([...data].slice(2 * p.length), [0, 0, Infinity, Infinity]);
});

Deno.test("wrappers keep the digits of tails, and of 1 - p", () => {
  const normal = new dist.Normal([0, 1], 1), far = normal.logSurvival(20).dataSync();
  const wrapped = [
    new dist.Expanded(normal, [2]),
    normal.mask(true),
    new dist.MaskedMixture(tf.tensor([true, false], [2], "bool"), normal, normal),
    new dist.Mixture(new dist.Categorical([[1, 0], [0, 1]]), new dist.Normal([[0, 9], [9, 1]], 1)),
  ];
  for (const d of wrapped) {
    d.logSurvival(20).dataSync().forEach((y, i) => assert.ok(Math.abs(y - far[i]) < 1e-4, `${d}: ${y}`));
    const [low] = d.logCdf(-20).dataSync();
    assert.ok(Math.abs(low - far[0]) < 1e-4, `${d}: ${low}`);
  }
  const both = normal.toEvent(1);
  assert.ok(
    Math.abs(
      both.logSurvival([8, 9]).dataSync()[0] -
        Math.log(2 * Math.exp(normal.logSurvival([8, 9]).dataSync()[0])),
    ) < 1e-3,
  );
  const base = new dist.InverseGaussian(2, 3);
  const falling = new dist.TransformedDistribution(base, new dist.AffineTransform(0, -1));
  const [log] = base.logSurvival(falling.icdf(1e-30).neg()).dataSync();
  assert.ok(Math.abs(log - Math.log(1e-30)) < 1e-3, `${log}`);
});

const mistakes: [() => unknown, string][] = [
  [
    () => new dist.Folded(new dist.Stable(1.5, 0)).icdf(0.5),
    "Stable has no icdf in closed form; take a quantile of samples instead",
  ],
  [
    () => new dist.Mixture(weights, [new dist.Normal(0, 1), new dist.Stable(1.5, 0)]).icdf(0.5),
    "Stable has no icdf in closed form; take a quantile of samples instead",
  ],
  [
    () => new dist.Mixture(weights, new dist.Dirichlet([[1, 1], [2, 2]])).icdf(0.5),
    "Mixture has no icdf in closed form; take a quantile of samples instead",
  ],
  [
    () => new dist.Mixture(weights, new dist.Normal([0, 1], 1)).icdf([0.5, 2]),
    "Cannot take quantiles of Mixture: probability has 2 at [1]; expected numbers from 0 to 1",
  ],
  [
    () => new dist.Mixture(weights, new dist.Normal([[0, 1], [0, 2]], 1)).icdf([0.1, 0.2, 0.3]),
    "Cannot take quantiles of Mixture: a value of shape [3] does not broadcast with batch shape [2] and event shape []",
  ],
];
for (const [act, message] of mistakes) {
  Deno.test(`quantiles by search say what is wrong: ${message}`, () => assert.throws(act, { message }));
}
