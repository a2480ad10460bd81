import assert from "node:assert/strict";
import { Choices } from "../../../../../lib/data/sets/polyphonic/composer/choices.ts";
import { key } from "../../../../../lib/tensor/random/mod.ts";

Deno.test("Choices picks in proportion to the weights, never what has none, and sums up log probabilities", () => {
  const choices = new Choices(key(3)), weights = [0, 3, 0, 1, 0], counts = [0, 0, 0, 0, 0], n = 4000;
  for (let i = 0; i < n; i++) counts[choices.pick(weights)]++;
  assert.deepEqual([counts[0], counts[2], counts[4]], [0, 0, 0]);
  assert.ok(Math.abs(counts[1] / n - 0.75) < 4 * Math.sqrt(0.75 * 0.25 / n), `${counts}`);
  const expected = counts[1] * Math.log(0.75) + counts[3] * Math.log(0.25);
  assert.ok(Math.abs(choices.logProb - expected) < 1e-8 * n);
});

Deno.test("Choices tosses coins, the certain ones at no cost", () => {
  const choices = new Choices(key(4)), n = 4000;
  let heads = 0;
  for (let i = 0; i < n; i++) heads += Number(choices.coin(0.2));
  assert.ok(Math.abs(heads / n - 0.2) < 4 * Math.sqrt(0.2 * 0.8 / n), `${heads}`);
  const before = choices.logProb;
  for (let i = 0; i < 100; i++) assert.deepEqual([choices.coin(0), choices.coin(1)], [false, true]);
  assert.equal(choices.logProb, before);
});

Deno.test("Choices looks at the first weights only, where it is told how many", () => {
  const choices = new Choices(key(5));
  for (let i = 0; i < 50; i++) assert.equal(choices.pick([1, 100], 1), 0);
});
