import assert from "node:assert/strict";
import {
  bfmi,
  chainsOf,
  effectiveSampleSize,
  essBulk,
  essMean,
  essTail,
  loo,
  looPit,
  mcseMean,
  paretoK,
  rHat,
  smoothWeights,
  splitRHat,
  summary,
  waic,
} from "../../../lib/infer/mod.ts";
import { random, tf } from "../../../lib/tensor/mod.ts";

const constant = Array.from({ length: 4 }, () => new Float64Array(100).fill(3));
const alternating = [Array.from({ length: 100 }, (_, i) => (-1) ** i)];
const wave = Array.from({ length: 50 }, (_, i) => Math.sin(3 * i));

Deno.test("chains that do not vary, alternate, are alone, short or not finite have defined diagnostics", () => {
  assert.deepEqual([essBulk(constant), essTail(constant), rHat(constant)], [400, 400, NaN]);
  assert.ok(Number.isNaN(effectiveSampleSize(constant)) && Number.isNaN(splitRHat(constant)));
  assert.equal(mcseMean(constant), 0);
  // NumPyro has -5e15, Pyro -100: no chain is worth less than nothing.
  assert.deepEqual([essBulk(alternating), effectiveSampleSize(alternating)], [200, 200]);
  assert.ok(Number.isNaN(rHat([wave])) && Number.isFinite(splitRHat([wave])), "one chain");
  const broken = [wave, wave.with(7, NaN)];
  for (const find of [rHat, splitRHat, essBulk, essMean, essTail, mcseMean, effectiveSampleSize]) {
    assert.ok(Number.isNaN(find(broken)), "a NaN");
    assert.ok(Number.isNaN(find([[1, 2, 3]])) || find === effectiveSampleSize, "three draws");
  }
  assert.ok(Number.isNaN(rHat([])));
  assert.throws(() => rHat([wave, wave.slice(1)]), { message: /chains of lengths 50 and 49: expected one/ });
});

Deno.test("bfmi() is 2 for independent energies and small for energies that creep", () => {
  const noise = random.normal(random.key(0), [2000]).dataSync(), creeping = [0];
  for (const z of noise) creeping.push(0.99 * creeping.at(-1)! + z);
  const [free, slow] = bfmi([Array.from(noise), creeping]);
  assert.ok(Math.abs(free - 2) < 0.2 && slow < 0.1, `${free}, ${slow}`);
});

Deno.test("k-hat is that of the weights' tail", () => {
  const u = Array.from({ length: 20_000 }, (_, i) => (i + 0.5) / 20_000);
  for (const k of [0.2, 0.5, 1]) {
    const found = paretoK(u.map((p) => -k * Math.log1p(-p)));
    assert.ok(Math.abs(found - k) < 0.15, `${found}, expected ${k}`);
  }
  const { logWeights, k } = smoothWeights([0, 0, 0, 0]);
  assert.ok(Number.isNaN(k));
  assert.deepEqual([...logWeights].map((w) => Math.round(1e9 * Math.exp(w)) / 1e9), [0.25, 0.25, 0.25, 0.25]);
});

Deno.test("loo() warns of observations that it cannot do without", () => {
  const u = random.uniform(random.key(2), [2000]).dataSync();
  const data = Float64Array.from({ length: 4000 }, (_, i) => i % 2 ? 1.5 * Math.log1p(-u[i >> 1]) : -1);
  const { k, warnings } = loo({ data, shape: [2000, 2] });
  assert.ok(k[1] > 0.7);
  assert.deepEqual(warnings, ["The parts of 1 of 2 observations cannot be relied on, k is above 0.7: 1"]);
});

Deno.test("with few draws loo() warns of lighter tails, as arviz-stats does", () => {
  const u = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
  const { k, warnings } = loo({ data: Float64Array.from(u, (p) => 0.62 * Math.log1p(-p)), shape: [200, 1] });
  assert.ok(k[0] > 0.565 && k[0] < 0.7, `${k[0]}`);
  assert.deepEqual(warnings, ["The parts of 1 of 1 observations cannot be relied on, k is above 0.57: 0"]);
});

Deno.test("loo(), waic() and looPit() have answers at the edges, or say why not", () => {
  const array = (data: number[], ...shape: number[]) => ({ data: Float64Array.from(data), shape });
  const certain = Array.from({ length: 60 }, (_, i) => i % 2 ? -1 - i / 100 : i === 4 ? -Infinity : -2);
  const { elpd, k, pointwise, p, warnings } = loo(array(certain, 30, 2));
  assert.deepEqual([elpd, k[0], pointwise[0], p], [-Infinity, Infinity, -Infinity, Infinity]);
  assert.ok(Number.isFinite(pointwise[1]) && warnings[0].endsWith(": 0"), warnings[0]);
  assert.deepEqual([waic(array(certain, 30, 2)).elpd, waic(array(certain, 30, 2)).p], [-Infinity, Infinity]);
  const two = array([-1, -2, -1, -2], 2, 2);
  const cases: [() => unknown, RegExp][] = [
    [
      () => loo(array([], 0, 8)),
      /Cannot use log likelihoods of shape \[0,8\]: expected draws along the first axis/,
    ],
    [() => waic(array([], 3, 0)), /Cannot use log likelihoods of shape \[3,0\]/],
    [() => loo(array([-1, -1, -1, NaN], 2, 2)), /found NaN at draw 1, observation 1/],
    [() => loo(two, { efficency: 1 } as object), /efficency.*efficiency/],
    [() => loo(two, { efficiency: 0 }), /efficiency is 0, expected a number above 0/],
    [() => looPit(two, [1], two), /predictions of 2 observations in 2 draws, .* and 1 observations/],
    [
      () => looPit(array([1, 2], 1, 2), [1, 2], two),
      /predictions of 2 observations in 1 draws, log likelihoods of 2 in 2/,
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, message);
});

Deno.test("summary() of chains prints NumPyro's columns, or arviz-stats'", () => {
  const draws = tf.tensor(Float32Array.from({ length: 400 }, (_, i) => Math.sin(7 * i) + i % 2), [2, 100, 2]);
  const result = { chains: { w: draws }, divergences: 3 };
  const numpyro = String(summary(result)).split("\n"), arviz = String(summary(result, { style: "arviz" }));
  assert.deepEqual(numpyro[0].trim().split(/\s+/), [
    "mean",
    "std",
    "median",
    "5.0%",
    "95.0%",
    "n_eff",
    "r_hat",
  ]);
  assert.equal(numpyro.at(-1), "Number of divergences: 3");
  assert.deepEqual(
    arviz.split("\n")[0].trim().split(/\s+/),
    ["mean", "sd", "eti89_lb", "eti89_ub", "ess_bulk", "ess_tail", "r_hat", "mcse_mean", "mcse_sd"],
  );
  assert.equal(summary(result).row("w[1]").nEff, effectiveSampleSize(chainsOf(draws, 1)));
  assert.throws(() => summary(result, { style: "stan" as "arviz" }), /expected "numpyro" or "arviz"/);
});
