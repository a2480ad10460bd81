import assert from "node:assert/strict";
import { compile } from "../../../lib/compile/mod.ts";
import { type Key, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { present } from "../../compile/engines.ts";
import { lgamma } from "./reference.ts";

/** The quantile of a family whose draws are functions of one uniform of two words, at places of one's own. */
function at(words: readonly (readonly [number, number])[], draw: (key: Key, n: number) => Tensor): number[] {
  const noise = tf.tensor2d([words.map(([first]) => first), words.map(([, second]) => second)]);
  return [...draw(new random.GivenKey(noise), words.length).dataSync()];
}

/** Evenly spaced places, and those in both tails as far as two words go. */
const words: [number, number][] = [
  ...Array.from(
    { length: 2000 },
    (_, i): [number, number] => [Math.floor((i + 0.5) / 2000 * 2 ** 23) / 2 ** 23, 0.5],
  ),
  ...[0, 1 - 2 ** -23].flatMap((first) =>
    [0, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - 2 ** -23].map((s): [number, number] => [first, s])
  ),
];
const placesOf = words.map(([first, second]) => ({
  lower: first + (second + 2 ** -24) * 2 ** -23,
  upper: 1 - first - (second + 2 ** -24) * 2 ** -23,
}));

/** Holds counts against the probabilities, summed from both ends, that lie below and above them. */
function assertQuantiles(
  found: readonly number[],
  logMass: (k: number) => number,
  from: number,
  to: number,
  share: number,
) {
  const mass = Array.from({ length: to - from + 1 }, (_, i) => Math.exp(logMass(from + i)));
  const below = [0], above = [0];
  for (const m of mass) below.push(below[below.length - 1] + m);
  for (const m of mass.toReversed()) above.unshift(above[0] + m);
  let off = 0;
  found.forEach((k, i) => {
    const { lower, upper } = placesOf[i], slack = 1e-3 * Math.min(lower, upper) + 1e-6;
    assert.ok(Number.isInteger(k) && k >= from && k <= to, `${k} at ${lower}`);
    // A neighbour's place is told from the count's own by what lies between.
    const isAt = (j: number) => lower >= below[j - from] - slack && upper >= above[j - from + 1] - slack;
    if (!isAt(k)) {
      off++;
      assert.ok([k - 1, k + 1].some((j) => j >= from && j <= to && isAt(j)), `${k} at ${lower}`);
    }
  });
  assert.ok(off <= share * found.length, `${off} of ${found.length} counts are in a neighbour's place`);
}

const logFactorial = (k: number) => lgamma(k + 1);

for (const rate of [1e-6, 0.3, 4, 9.99, 10, 12.5, 40, 700]) {
  Deno.test(`poisson() is the quantile of a uniform of two words, with rate ${rate}`, () => {
    const draws = at(words, (key, n) => random.poisson(key, rate, [n]));
    const logMass = (k: number) => k * Math.log(rate) - rate - logFactorial(k);
    assertQuantiles(draws, logMass, 0, Math.ceil(rate + 12 * Math.sqrt(rate) + 40), 0.003);
  });
}

for (
  const [n, p] of [[1, 0.3], [7, 0.9], [20, 0.5], [20, 0.3], [60, 0.2], [1000, 0.01], [400, 0.97], [
    3000,
    0.4,
  ]]
) {
  Deno.test(`binomial() is the quantile of a uniform of two words, for ${n} trials with probability ${p}`, () => {
    const draws = at(words, (key, size) => random.binomial(key, n, p, [size]));
    // Of the rarer outcome.
    const isMirrored = p > 0.5, q = isMirrored ? 1 - p : p;
    const logMass = (k: number) =>
      logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(q) + (n - k) * Math.log1p(-q);
    assertQuantiles(draws.map((k) => isMirrored ? n - k : k), logMass, 0, n, 0.003);
  });
}

Deno.test("binomial() with sure outcomes, no trials and one rare success in many trials", () => {
  const draws = random.binomial(random.key(1), [0, 5, 5, 1e7], [0.5, 0, 1, 1e-7], [1000, 4]).transpose();
  const [none, never, always, rare] = draws.arraySync() as number[][];
  assert.ok(none.every((k) => k === 0) && never.every((k) => k === 0) && always.every((k) => k === 5));
  const mean = rare.reduce((sum, k) => sum + k) / 1000;
  assert.ok(Math.abs(mean - 1) < 5 / Math.sqrt(1000), `${mean}`);
});

for (const engine of present) {
  Deno.test(`counts of small and large means beside each other are those drawn eagerly (${engine})`, async () => {
    const rate = tf.tensor1d(Array.from({ length: 100 }, (_, i) => 0.1 * 1.1 ** i)), key = random.key(3);
    const draw = (k: Key, rate: Tensor) => [
      random.poisson(k, rate, [20, 100]),
      random.binomial(k, rate.ceil(), rate.div(rate.add(3)), [20, 100]),
      random.multinomial(k, rate.floor(), [0.3, 0, 0.7], [20, 100]),
    ];
    const program = compile(draw, { engine }), found = await program.arrays(key, rate);
    await program.release();
    draw(key, rate).forEach((expected, i) => {
      // A uniform next to the border of two counts falls to either side.
      const off = expected.dataSync().filter((k, j) => k !== found[i].data[j]);
      assert.ok(off.length <= 10, `${off.length} draws of output ${i} differ`);
    });
    assert.deepEqual(found[2].shape, [20, 100, 3]);
    const rates = rate.floor().dataSync(), counts = found[2].data;
    for (let i = 0; i < 2000; i++) {
      const row = counts.slice(3 * i, 3 * i + 3) as Float32Array;
      assert.ok(row[1] === 0 && row.every((k) => k >= 0));
      const total = row.reduce((sum, k) => sum + k);
      assert.equal(total, rates[i % 100]);
    }
  });
}
