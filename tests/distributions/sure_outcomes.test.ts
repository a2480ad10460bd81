import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import {
  Bernoulli,
  Categorical,
  klDivergence,
  OneHotCategorical,
  Poisson,
} from "../../lib/distributions/mod.ts";
import type { Distribution } from "../../lib/distributions/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "../compile/engines.ts";

const inf = Infinity,
  ln2 = Math.LN2,
  vector = (x: Tensor): Tensor => tf.stack([x, tf.zerosLike(x)], -1) as Tensor;
const probs = (p: Tensor) => new Bernoulli(p), logits = (l: Tensor) => new Bernoulli({ logits: l });
type Make = (parameter: Tensor) => Distribution;

/** Two coins and one parameter each; by probabilities or logits, as two categories too. */
const forms: [string, Make, Make][] = [
  ["Bernoulli", probs, logits],
  [
    "Categorical",
    (p) => new Categorical(tf.stack([p, tf.sub(1, p)], -1) as Tensor),
    (l) => new Categorical({ logits: vector(l) }),
  ],
  [
    "OneHotCategorical",
    (p) => new OneHotCategorical(tf.stack([p, tf.sub(1, p)], -1) as Tensor),
    (l) => new OneHotCategorical({ logits: vector(l) }),
  ],
];

/**
 * Divergences by mpmath 1.3.0, and their derivatives in both parameters, for parameters that have a
 * finite one (null: infinite, or of no meaning).
 */
const divergences: [
  p: "probs" | "logits",
  q: "probs" | "logits",
  number[],
  number[],
  number[],
  (number | null)[],
  (number | null)[],
][] = [
  [
    "probs",
    "logits",
    [0.5, 0.5, 0.5, 0.5, 0.25],
    [20, 50, 100, -100, 0],
    [10 - ln2 + 2.061153618190204e-9, 25 - ln2, 50 - ln2, 50 - ln2, 0.13081203594113697],
    [-20, -50, -100, 100, -1.0986122886681098],
    [0.5, 0.5, 0.5, -0.5, 0.25],
  ],
  // Sure outcomes: what p excludes counts nothing.
  ["probs", "logits", [1, 0, 1, 0], [0, 0, inf, -inf], [ln2, ln2, 0, 0], [null, null, null, null], [
    -0.5,
    0.5,
    0,
    0,
  ]],
  [
    "probs",
    "probs",
    [1, 0, 1, 0],
    [0.5, 0.25, 1, 0],
    [ln2, Math.log(4 / 3), 0, 0],
    [null, null, null, null],
    [
      -2,
      4 / 3,
      -1,
      1,
    ],
  ],
  [
    "logits",
    "logits",
    [50, inf, -inf, 100, inf],
    [20, inf, -inf, -100, 0],
    [2.061153620308402e-9, 0, 0, 100, ln2],
    [null, 0, 0, null, 0],
    [-2.061153618190204e-9, 0, 0, -1, -0.5],
  ],
  [
    "logits",
    "probs",
    [inf, -inf, 0],
    [1, 0, 0.25],
    [0, 0, 0.5 * Math.log(4 / 3)],
    [0, 0, 0.25 * Math.log(3)],
    [
      null,
      null,
      -4 / 3,
    ],
  ],
  ["probs", "probs", [0.5], [1], [inf], [null], [null]],
  ["logits", "logits", [0], [inf], [inf], [null], [null]],
];

function isClose(found: ArrayLike<number>, expected: readonly (number | null)[], what: string): void {
  expected.forEach((e, i) => {
    const isRight = e === null || e === found[i] || Math.abs(found[i] - e) <= 2e-5 * Math.abs(e) + 1e-8;
    assert.ok(isRight, `${what}: [${Array.from(found)}], expected [${expected}]`);
  });
}

for (const [family, byProbs, byLogits] of forms) {
  const make = { probs: byProbs, logits: byLogits };
  const all = (inputs: Tensor[][]) =>
    divergences.map(([p, q], i) => {
      const kl = (a: Tensor, b: Tensor) => klDivergence(make[p](a), make[q](b));
      const [a, b] = inputs[i], total = (a: Tensor, b: Tensor) => kl(a, b).sum();
      return [kl(a, b), grad(total)(a, b) as Tensor, grad(total, { argnums: 1 })(a, b) as Tensor];
    });
  const inputs = divergences.map(([, , p, q]) => [tf.tensor(p), tf.tensor(q)] as Tensor[]);
  const check = (found: ArrayLike<number>[][]) =>
    divergences.forEach(([p, q, a, b, value, first, second], i) => {
      const name = `KL(${p} ${a} || ${q} ${b})`;
      isClose(found[i][0], value, name);
      isClose(found[i][1], first, `${name}, derivative in p`);
      // One of the two categories' probabilities is 1 less the other: 0 for the excluded one.
      if (family === "Bernoulli" || q === "logits") isClose(found[i][2], second, `${name}, derivative in q`);
    });

  Deno.test(`divergences of ${family} never pass through probabilities, eagerly`, () =>
    check(all(inputs).map((row) => row.map((t) => t.dataSync()))));

  for (const engine of engines) {
    for (const dtype of ["float32", "float64"] as const) {
      Deno.test({
        name: `divergences of ${family} never pass through probabilities, in ${dtype} with ${engine}`,
        ignore: isAbsent(engine),
        async fn() {
          const compiled = compile(all, { engine, dtype });
          const found: HostArray[][] = await compiled.arrays(inputs);
          check(found.map((row) => row.map(({ data }) => data as Float64Array)));
          await compiled.release();
        },
      });
    }
  }
}

Deno.test("entropies of sure outcomes are 0, with finite derivatives", () => {
  const sure = tf.tensor([inf, -inf, 0]) as Tensor;
  for (const [, , byLogits] of forms) {
    isClose(byLogits(sure).entropy().dataSync(), [0, 0, ln2], "entropy");
    const slope = grad((l: Tensor) => byLogits(l).entropy().sum())(sure) as Tensor;
    isClose(slope.dataSync(), [0, 0, 0], "its derivative");
  }
  isClose(new Categorical([0, 1]).entropy().dataSync(), [0], "entropy by probabilities");
});

Deno.test("sure outcomes and the rate 0 are drawn surely", () => {
  const key = random.key(0);
  const draws = [
    new Bernoulli({ logits: [inf, -inf] }),
    new Categorical({ logits: [[0, inf, 1], [inf, 0, 0]] }),
    new Categorical([[0, 1, 0], [1, 0, 0]]),
    new Poisson([0, 0]).expand([2]),
  ].map((d) => [...d.sample(key, [50]).dataSync()]);
  const sure = (pair: number[]) => Array.from({ length: 50 }, () => pair).flat();
  assert.deepEqual(draws, [sure([1, 0]), sure([1, 0]), sure([1, 0]), sure([0, 0])]);
  isClose(new Categorical({ logits: [0, inf] }).probs.dataSync(), [0, 1], "probabilities");
  isClose(new OneHotCategorical({ logits: [0, inf] }).logits.dataSync(), [-inf, 0], "log probabilities");
});

Deno.test("KL of Poisson with the rate 0 is the other rate", () => {
  const q = tf.scalar(2) as Tensor, kl = (q: Tensor) => klDivergence(new Poisson(0), new Poisson(q)).sum();
  isClose(kl(q).dataSync(), [2], "value");
  isClose((grad(kl)(q) as Tensor).dataSync(), [1], "derivative");
});
