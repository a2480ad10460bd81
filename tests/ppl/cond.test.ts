import assert from "node:assert/strict";
import { Bernoulli, Gamma, Normal } from "../../lib/distributions/mod.ts";
import { compile, grad } from "../../lib/compile/mod.ts";
import { cond, condition, deterministic, logDensity, plate, plateStack } from "../../lib/ppl/mod.ts";
import { sample, type SampleOptions, scan, seed, trace } from "../../lib/ppl/mod.ts";
import { Importance } from "../../lib/infer/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { logNormal, number, numbers } from "./models.ts";

const key = random.key(0);
const near = (found: number, expected: number, tolerance = 1e-5) =>
  assert.ok(
    Math.abs(found - expected) < tolerance * (1 + Math.abs(expected)),
    `${found}, expected ${expected}`,
  );

/** A coin that says which of two chains of sites is run. */
function model(x?: number): Tensor {
  const isFirst = sample("coin", new Bernoulli(0.3));
  return cond(
    isFirst,
    (shift: Tensor) => {
      const a = sample("a", new Normal(shift, 1)), own = sample("own", new Normal(a, 2));
      deterministic("twice", a.mul(2));
      return sample("x", new Normal(a.add(own), 1), { obs: x });
    },
    (shift: Tensor) => {
      const a = sample("a", new Normal(shift.neg(), 3));
      deterministic("twice", a.mul(20));
      return sample("x", new Normal(a, 0.5), { obs: x });
    },
    tf.scalar(4),
  );
}

Deno.test("sites of both branches are one, of the branch taken; those of one branch keep their prior", () => {
  const at = { a: 1, own: 2 };
  const first = logDensity(model, [1.5], { coin: 1, ...at }),
    second = logDensity(model, [1.5], { coin: 0, ...at });
  const own = logNormal(2, 1, 2);
  near(number(first.logDensity), Math.log(0.3) + logNormal(1, 4, 1) + own + logNormal(1.5, 3, 1));
  near(number(second.logDensity), Math.log(0.7) + logNormal(1, -4, 3) + own + logNormal(1.5, 1, 0.5));
  assert.deepEqual([...first.trace.sites.keys()], ["coin", "a", "own", "x", "twice"]);
  assert.deepEqual([first, second].map(({ trace }) => number(trace.value("twice"))), [2, 20]);
});

Deno.test("draws and results are those of the branch taken, compiled too", async () => {
  for (const coin of [0, 1]) {
    const run = trace(seed(condition(model, { coin }), key)).get();
    assert.equal(number(run.returnValue), number(run.value("x")));
    const compiled = compile((coin: Tensor) => {
      const { logDensity: density } = logDensity(model, [1.5], { coin, a: tf.scalar(1), own: tf.scalar(2) });
      return {
        density,
        slope: grad((a: Tensor) => logDensity(model, [1.5], { coin, a, own: 2 }).logDensity)(tf.scalar(1)),
      };
    });
    const { density, slope } = await compiled(tf.scalar(coin));
    near(number(density), number(logDensity(model, [1.5], { coin, a: 1, own: 2 }).logDensity));
    // (4 - a) + (own - a) / 4 + (x - a - own); (-4 - a) / 9 + (own - a) / 4 + 4 (x - a).
    near(number(slope), coin ? 3 + 0.25 - 1.5 : -5 / 9 + 0.25 + 2);
    await compiled.release();
  }
});

Deno.test("the evidence is the sum over both branches", async () => {
  const { logEvidence, ess } = await new Importance(model, { numSamples: 20_000 }).run(key, 1.5);
  const evidence = 0.3 * Math.exp(logNormal(1.5, 8, Math.sqrt(4 + 4 + 1))) +
    0.7 * Math.exp(logNormal(1.5, -4, Math.sqrt(9.25)));
  near(logEvidence, Math.log(evidence), 4 / Math.sqrt(ess));
});

Deno.test("cond stands in a step of scan, and in plates; a plain boolean runs one branch", () => {
  const step = (before: Tensor, x: Tensor): [Tensor, null] => [
    cond(
      x.greater(0),
      () => sample("z", new Normal(before, 1)),
      () => sample("z", new Normal(before, 5)),
      null,
    ),
    null,
  ];
  const walk = () => scan(step, tf.scalar(0), tf.tensor([1, -1]))[0];
  near(number(logDensity(walk, [], { z: [1, 3] }).logDensity), logNormal(1, 0, 1) + logNormal(3, 1, 5));
  const members = () => {
    using _data = plate("data", 3);
    return cond(
      tf.scalar(true, "bool"),
      () => sample("z", new Normal(0, 1)),
      () => sample("z", new Normal(9, 1)),
      null,
    );
  };
  const run = trace(seed(members, key)).get();
  assert.deepEqual(run.sampleSite("z").plates.map(({ name }) => name), ["data"]);
  assert.ok(numbers(run.value("z")).every((z) => z < 5));
  assert.deepEqual([
    ...trace(() => cond(false, () => sample("a", new Normal(0, 1)), () => tf.scalar(2), 0)).get().sites
      .keys(),
  ], []);
});

Deno.test("mistakes in branches are told", () => {
  const both = (yes: () => unknown, no: () => unknown) =>
    seed(() => cond(tf.scalar(1), yes, no, null), key)();
  const site = (name: string, distribution = new Normal(0, 1), options?: SampleOptions) => () =>
    sample(name, distribution, options);
  assert.throws(
    () => both(site("a"), site("a", new Normal([0, 1], 1))),
    /site "a" has shape \[\] in one branch and \[2\]/,
  );
  assert.throws(() => both(site("a"), site("a", new Gamma(1, 1) as never)), /site "a" has support/);
  assert.throws(
    () => both(site("a"), site("a", undefined, { obs: 1 })),
    /site "a" is observed in one branch only/,
  );
  const order = (...names: string[]) => () => names.map((name) => number(site(name)()));
  assert.throws(() => both(order("a", "b"), order("b", "a")), /site "[ab]" at other places in their order/);
  assert.throws(() => both(() => tf.zeros([2]), () => tf.zeros([3])), /the branches return/);
  assert.throws(() => cond(tf.zeros([2]), site("a"), site("a"), null), /expected a scalar/);
});

Deno.test("plateStack() enters a plate for each axis, and leaves them all", () => {
  const cells = () => {
    using cells = plateStack("cells", [2, 3]);
    assert.deepEqual(cells.plates.map(({ name, dim, size }) => [name, dim, size]), [["cells_1", -2, 2], [
      "cells_0",
      -1,
      3,
    ]]);
    return sample("x", new Normal(0, 1));
  };
  const run = trace(seed(cells, key)).get();
  assert.deepEqual(run.value("x").shape, [2, 3]);
  const left = () => {
    using _left = plateStack("left", [2, 3], { rightmostDim: -2 });
    return sample("x", new Normal(0, 1));
  };
  assert.deepEqual(seed(left, key)().shape, [2, 3, 1]);
  assert.throws(() => plateStack("bad", [2, -3]), /size is -3/);
  assert.deepEqual(seed(() => sample("y", new Normal(0, 1)), key)().shape, []);
});

Deno.test("obsMask observes where it is true and draws elsewhere; what it hides may be NaN", () => {
  const part = () => {
    using _data = plate("data", 3);
    const x = sample("x", new Normal(5, 2), { obs: [1, NaN, 3], obsMask: [true, false, true] });
    return sample("y", new Normal(x, 1), { obs: [0, 0, 0] });
  };
  const run = trace(seed(part, key)).get(), [a, b, c] = numbers(run.value("x"));
  assert.deepEqual([a, c], [1, 3]);
  assert.equal(b, numbers(run.value("x_unobserved"))[1]);
  assert.deepEqual(run.stochasticSites.map(({ name }) => name), ["x_unobserved"]);
  const seen = numbers(run.sampleSite("x_observed").logProb);
  assert.equal(seen[1], 0);
  near(seen[0], logNormal(1, 5, 2));
  const vectors = () =>
    sample("v", new Normal(0, 1).expand([2, 2]).toEvent(1), {
      obs: [[1, 1], [NaN, 2]],
      obsMask: [true, false],
    });
  const [p, q] = numbers(trace(seed(vectors, key)).get().value("v"));
  assert.deepEqual([p, q], [1, 1]);
  assert.throws(() => sample("x", new Normal(0, 1), { obsMask: [true] }), /found obsMask and no obs/);
});
