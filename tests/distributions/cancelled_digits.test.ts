import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import {
  Bernoulli,
  Beta,
  Binomial,
  Categorical,
  Cauchy,
  Dirichlet,
  Gamma,
  klDivergence,
} from "../../lib/distributions/mod.ts";
import { Multinomial, OneHotCategorical, Poisson } from "../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";

// Values by mpmath 1.3.0 with 60 digits, of the parameters as float32 holds them.

/** Holds a function, and the sum's derivatives, against right values in both engines and precisions. */
async function hold(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: Tensor[],
  expected: number[],
  tolerance = 1e-5,
): Promise<void> {
  for (const engine of ["js", "onnx"] as const) {
    for (const dtype of ["float32", "float64"] as const) {
      const compiled = compile(f, { engine, dtype });
      const found = Array.from((await compiled.arrays(...inputs)).data as ArrayLike<number>);
      await compiled.release();
      expected.forEach((value, i) => {
        const isClose = found[i] === value || Math.abs(found[i] - value) <= tolerance * Math.abs(value);
        assert.ok(isClose, `${engine} ${dtype} [${i}]: ${found[i]}, not ${value}`);
      });
    }
  }
  const eager = f(...inputs).dataSync();
  expected.forEach((value, i) => {
    const isClose = eager[i] === value || Math.abs(eager[i] - value) <= tolerance * Math.abs(value);
    assert.ok(isClose, `eager [${i}]: ${eager[i]}, not ${value}`);
  });
}

const row = (...values: number[]): Tensor => tf.tensor1d(values);
const logits = (values: Tensor) => ({ logits: values });

Deno.test("divergences of close Bernoullis and Categoricals keep their digits, those of distant ones too", async () => {
  await hold(
    (p, q) => klDivergence(new Bernoulli(p), new Bernoulli(q)),
    [row(0.3, 0.7, 1e-6, 0.5, 0, 1, 1), row(0.3001, 0.7001, 1.1e-6, 0.50001, 0.25, 0.25, 0)],
    [
      2.38002127399e-8,
      2.38204517336e-8,
      4.68982208329e-9,
      2.00543581781e-10,
      0.287682072452,
      1.38629436112,
      Infinity,
    ],
  );
  const [near, far] = [[50, 20, -20, 1, 0, -60, 30], [20, 20.25, -20.25, 1.0009765625, 60, 60, -30]];
  const right = [2.06115362031e-9, 5.93628381304e-11, 5.93628381304e-11, 9.37377711993e-8, 29.3068528194, 60];
  await hold(
    (p, q) => klDivergence(new Bernoulli(logits(p)), new Bernoulli(logits(q))),
    [row(...near), row(...far)],
    [...right, 30],
  );
  for (const family of [Categorical, OneHotCategorical]) {
    await hold(
      (p, q) => klDivergence(new family(p), new family(q)),
      [
        tf.tensor2d([[0.2, 0.3, 0.5], [0, 0.5, 0.5]]),
        tf.tensor2d([[0.2001, 0.2999, 0.5], [0.5, 0.25, 0.25]]),
      ],
      [4.16684189047e-8, Math.LN2],
      1e-4,
    );
    // Of two categories they are the Bernoullis'.
    await hold(
      (p, q) => {
        const pair = (x: Tensor) => new family(logits(tf.stack([x, tf.zerosLike(x)], -1) as Tensor));
        return klDivergence(pair(p), pair(q));
      },
      [row(...near), row(...far)],
      [...right, 30],
      1e-4,
    );
    const same = klDivergence(new family([0.1, 0.2, 0.7]), new family([0.1, 0.2, 0.7]));
    assert.equal(same.dataSync()[0], 0);
  }
});

Deno.test("divergences of distant Poissons do not overflow by a quotient of rates", async () => {
  const kl = (p: Tensor, q: Tensor) => klDivergence(new Poisson(p), new Poisson(q));
  await hold(kl, [row(1e-30, 1e6, 1e-4, 0), row(1e10, 1000001, 1e20, 3)], [1e10, 4.99999666667e-7, 1e20, 3]);
});

Deno.test("derivatives of divergences of close distributions keep their digits", async () => {
  // In q: (q - p) / (q (1 - q)); in logits: sigmoid(q) - sigmoid(p).
  const [q, p] = [Math.fround(0.3001), Math.fround(0.3)], ofProbs = (q - p) / (q * (1 - q));
  const kl = (q: Tensor) => klDivergence(new Bernoulli(p), new Bernoulli(q)).sum();
  await hold(grad(kl), [row(q)], [ofProbs]);
  const curve = grad((x: Tensor) => grad(kl)(x).sum());
  await hold(curve, [row(q)], [(1 / (q * (1 - q))) - ofProbs * (1 - 2 * q) / (q * (1 - q))], 1e-4);
  const rise = 1 / 1024, sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const byLogits = (x: Tensor) => klDivergence(new Bernoulli(logits(row(1))), new Bernoulli(logits(x))).sum();
  await hold(grad(byLogits), [row(1 + rise)], [sigmoid(1 + rise) - sigmoid(1)], 1e-4);
  const slope = sigmoid(1 + rise) * sigmoid(-1 - rise);
  await hold(grad((x: Tensor) => grad(byLogits)(x).sum()), [row(1 + rise)], [slope]);
});

Deno.test("densities of Beta and Gamma with large parameters keep their digits", async () => {
  const beta = (x: Tensor, a: Tensor, b: Tensor) => new Beta(a, b).logProb(x);
  const points = [row(0.5, 0.5001, 0.25, 0.001, 0.999, 0.5, 0.9, 0.3)];
  const a = row(1e6, 1e6, 1e6, 1e3, 1e6, 1e8, 2, 1e6), b = row(1e6, 1e6, 3e6, 1e6, 1e3, 1e8, 3, 1e6);
  const densities = [
    7.02853739162,
    6.98852415458,
    7.51895205285,
    9.44261154011,
    9.44263730143,
    9.33112260836,
    -2.22562360151,
    -174346.161547,
  ];
  await hold(beta, [...points, a, b], densities, 1e-5);
  const inX = (x: Tensor) => beta(x, row(1e6, 1e6), row(1e6, 3e6)).sum();
  await hold(grad(inX), [row(0.5001, 0.25)], [-800.1319833, -2.666666667], 2e-3);
  await hold(grad((x: Tensor) => grad(inX)(x).sum()), [row(0.5001, 0.25)], [-7999992.96, -21333315.56]);
  await hold(
    (x, a, rate) => new Gamma(a, rate).logProb(x),
    [
      row(1e6, 1001000, 5e5, 2, 1e8, 10, 1e-30),
      row(1e6, 1e6, 1e6, 3, 1e8, 1e6, 0.5),
      row(1, 1, 2, 0.5, 1, 1, 1),
    ],
    [
      -7.82669389552,
      -8.32736031232,
      -7.13354671496,
      -2.38629436112,
      -10.129278906,
      -10512931.7787,
      33.9664114504,
    ],
  );
});

Deno.test("entropies of Beta and Dirichlet keep their digits", async () => {
  const [a, b] = [row(1e6, 0.01, 2, 1e-4), row(1e6, 0.02, 50, 3)];
  const right = [-6.52853776662, -77.3702174075, -2.38425114296, -9991.28970826];
  await hold((a, b) => new Beta(a, b).entropy(), [a, b], right);
  await hold((a, b) => new Dirichlet(tf.stack([a, b], -1) as Tensor).entropy(), [a, b], right);
  const three = tf.tensor2d([[1e6, 2e6, 3e6], [0.5, 1, 20]]);
  await hold((c) => new Dirichlet(c).entropy(), [three], [-14.5611528189, -5.03597526968]);
  const slope = grad((a: Tensor) => new Beta(a, 50).entropy().sum());
  await hold(slope, [row(2, 100)], [0.325909218862, -0.00500363553746], 1e-4);
});

Deno.test("Cauchy's distribution function keeps its digits on the left", async () => {
  const right = [1 / (Math.PI * 1e20), 1 / (Math.PI * 1e4), 0.25, 0.5, 0.75, 0, 1];
  await hold((x) => new Cauchy().cdf(x), [row(-1e20, -1e4, -1, 0, 1, -Infinity, Infinity)], right);
  const slope = (x: number) => 1 / (Math.PI * (1 + x * x));
  await hold(
    grad((x: Tensor) => new Cauchy().cdf(x).sum()),
    [row(-1e4, -1, 0, 2)],
    [-1e4, -1, 0, 2].map(slope),
  );
});

Deno.test("the log probability that no trial has a rare outcome keeps its digits", async () => {
  const rare = Math.exp(-20), none = row(0, 12), all = tf.tensor2d([[12, 0, 0], [0, 12, 0]]);
  await hold((x) => new Binomial(12, logits(row(-20, 20))).logProb(x), [none], [
    -12 * Math.log1p(rare),
    -12 * Math.log1p(rare),
  ]);
  await hold((x) => new Multinomial(12, logits(tf.tensor2d([[20, 0, 0], [0, 20, 0]]))).logProb(x), [all], [
    -12 * Math.log1p(2 * rare),
    -12 * Math.log1p(2 * rare),
  ]);
});
