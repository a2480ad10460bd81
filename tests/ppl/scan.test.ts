import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  condition,
  deterministic,
  lift,
  mask,
  param,
  plate,
  prngKey,
  replay,
  sample,
  scale,
  scan,
  scope,
  seed,
  substitute,
  trace,
  uncondition,
} from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { logNormal, number, numbers } from "./models.ts";

const key = random.key(0);

/** A random walk seen through noise, in a plate of sequences. */
function walk(x: Tensor, present?: Tensor): Tensor {
  const sequences = x.shape[1]!;
  const rho = param("rho", 0.9);
  using _p = plate("sequences", sequences);
  const [last] = scan(
    (z: Tensor, [xt, m]: [Tensor, Tensor?]) => {
      const s = param("s", 0.5);
      using _m = mask(m ?? true);
      const next = sample("z", new Normal(z.mul(rho), s));
      deterministic("twice", next.mul(2));
      sample("x", new Normal(next, 1), { obs: xt });
      return [next, null];
    },
    tf.fill([sequences], 0),
    [x, present] as [Tensor, Tensor?],
  );
  return last;
}

/** The same without the loop. */
function unrolled(x: Tensor): Tensor {
  const rho = param("rho", 0.9), s = param("s", 0.5);
  using _p = plate("sequences", x.shape[1]!);
  let z: Tensor = tf.fill([x.shape[1]!], 0);
  tf.unstack(x).forEach((xt, t) => {
    z = sample(`z${t}`, new Normal(z.mul(rho), s));
    sample(`x${t}`, new Normal(z, 1), { obs: xt });
  });
  return z;
}

function guide(x: Tensor): void {
  const gain = param("gain", 0.4);
  using _p = plate("sequences", x.shape[1]!);
  scan(
    (z: Tensor, xt: Tensor) => {
      const next = sample("z", new Normal(z.add(xt).mul(gain), 0.3));
      return [next, null];
    },
    tf.fill([x.shape[1]!], 0),
    x,
  );
}

const x = random.normal(random.key(3), [5, 4]);

Deno.test("scan() stacks the sites of its steps, and scores them as the unrolled model does", () => {
  const run = trace(seed(walk, key)).get(x);
  assert.deepEqual([...run.sites.keys()], ["rho", "sequences", "s", "z", "twice", "x"]);
  for (const name of ["z", "x", "twice"]) assert.deepEqual(run.value(name).shape, [5, 4]);
  assert.deepEqual(run.sampleSite("z").distribution.batchShape, [5, 4]);
  assert.deepEqual(run.sampleSite("z").plates.map((p) => p.name), ["sequences"]);
  assert.deepEqual(numbers(run.value("x")), numbers(x));
  assert.deepEqual(numbers(run.value("z[3]")), numbers(run.value("z")).slice(12, 16));
  assert.deepEqual(numbers(run.value("twice")), numbers(run.value("z").mul(2)));
  assert.deepEqual(numbers(run.returnValue), numbers(run.value("z[4]")));
  const data = Object.fromEntries(tf.unstack(run.value("z")).map((z, t) => [`z${t}`, z]));
  const expected = trace(substitute(unrolled, { data })).get(x).logProbSum();
  assert.ok(Math.abs(number(run.logProbSum()) - number(expected)) < 1e-4);
});

Deno.test("scan() under replay, condition, uncondition, lift and scope", () => {
  const run = trace(seed(walk, key)).get(x);
  const again = trace(replay(walk, { trace: run })).get(x);
  assert.deepEqual(numbers(again.value("z")), numbers(run.value("z")));
  assert.equal(number(again.logProbSum()), number(run.logProbSum()));

  const conditioned = trace(condition(walk, { z: tf.zeros([5, 4]) })).get(x);
  assert.deepEqual(conditioned.stochasticSites, []);
  assert.ok(Math.abs(number(conditioned.sampleSite("z").logProbSum) - 20 * logNormal(0, 0, 0.5)) < 1e-4);

  const free = trace(seed(uncondition(walk), key)).get(x);
  assert.deepEqual(free.observedSites, []);
  assert.notDeepEqual(numbers(free.value("x")), numbers(x));

  const lifted = trace(seed(lift(walk, { s: new Normal(1, 0.01) }), key)).get(x);
  assert.deepEqual(lifted.sampleSites.map((s) => s.name), ["s", "z", "x"]);

  const scoped = trace(seed(scope(walk, { prefix: "m" }), key)).get(x);
  assert.deepEqual([...scoped.sites.keys()], ["m/rho", "m/sequences", "m/s", "m/z", "m/twice", "m/x"]);
});

Deno.test("scale() and mask() around and within a scan", () => {
  const m = x.greater(0), run = trace(seed(walk, key)).get(x);
  const masked = trace(replay(walk, { trace: run })).get(x, m);
  const expected = numbers(run.sampleSite("x").logProb).map((l, i) => numbers(m)[i] ? l : 0);
  assert.deepEqual(numbers(masked.sampleSite("x").logProb), expected);
  const scaled = trace(scale(replay(walk, { trace: run }), 0.5)).get(x);
  assert.ok(Math.abs(number(scaled.logProbSum()) - 0.5 * number(run.logProbSum())) < 1e-4);
  const outer = trace(mask(replay(walk, { trace: run }), tf.tensor([true, false, false, false], [4], "bool")))
    .get(x);
  assert.deepEqual(
    numbers(outer.sampleSite("z").logProb).map((l) => l !== 0),
    Array.from({ length: 20 }, (_, i) => i % 4 === 0),
  );
});

Deno.test("scan() draws anew at each step, in reverse, within scans and by prngKey()", () => {
  const inner = () => scan((c: null) => [c, sample("w", new Normal(0, 1))], null, null, { length: 2 })[1];
  const run = trace(seed(() =>
    scan(
      (c: Tensor) => [c.add(1), [inner(), random.normal(prngKey()!, []), c]],
      tf.scalar(0),
      null,
      { length: 3, reverse: true },
    ), key)).get();
  const [, [w, own, steps]] = run.returnValue;
  assert.deepEqual(w.shape, [3, 2]);
  assert.deepEqual(numbers(run.value("w")), numbers(w));
  assert.equal(new Set(numbers(w)).size, 6);
  assert.equal(new Set(numbers(own)).size, 3);
  assert.deepEqual(numbers(steps), [2, 1, 0]);
  const expected = numbers(w).reduce((sum, v) => sum + logNormal(v), 0);
  assert.ok(Math.abs(number(run.logProbSum()) - expected) < 1e-4);
});

Deno.test("scans within scans draw the same in a compiled function", async () => {
  const inner = () => scan((c: null) => [c, sample("w", new Normal(0, 1))], null, null, { length: 2 })[1];
  const model = () => scan((c: null) => [c, inner()], null, null, { length: 3 })[1];
  const draw = (key: Key): Tensor => seed(model, key)(), compiled = compile(draw);
  assert.deepEqual(numbers(await compiled(key)), numbers(draw(key)));
  await compiled.release();
});

Deno.test("plates and parameters of plates within a scan are one for all steps", () => {
  const run = trace(seed(() =>
    scan(
      (c: null) => {
        using p = plate("p", 10, { subsampleSize: 3 });
        const w = param("w", tf.range(0, 10), { eventDim: 0 });
        sample("z", new Normal(w, 1));
        return [c, [p.indices, w]];
      },
      null,
      null,
      { length: 4 },
    ), key)).get();
  const [, [indices, w]] = run.returnValue;
  const first = numbers(indices).slice(0, 3);
  assert.deepEqual(numbers(indices), [...first, ...first, ...first, ...first]);
  assert.deepEqual(numbers(w), numbers(indices));
  assert.deepEqual(run.value("z").shape, [4, 3]);
  assert.deepEqual(run.value("w").shape, [10]);
  const sum = numbers(run.value("z")).reduce((s, z, i) => s + logNormal(z, numbers(w)[i]), 0);
  assert.ok(Math.abs(number(run.logProbSum()) - sum * 10 / 3) < 1e-3);
});

Deno.test("a compiled ELBO of scans equals the eager one for every length, and its gradient the differences", async () => {
  const elbo = (rho: Tensor, gain: Tensor, key: Key, x: Tensor): Tensor => {
    const q = trace(substitute(seed(guide, key), { data: { gain } })).get(x);
    const p = trace(substitute(replay(walk, { trace: q }), { data: { rho } })).get(x);
    return p.logProbSum().sub(q.logProbSum());
  };
  const compiled = compile(valueAndGrad(elbo, { argnums: [0, 1] }), { axes: [null, null, null, ["T", "B"]] });
  const at = (rho: number, gain: number, x: Tensor) => number(elbo(tf.scalar(rho), tf.scalar(gain), key, x));
  for (const [steps, sequences] of [[1, 1], [5, 4], [12, 3]]) {
    const x = random.normal(random.key(steps), [steps, sequences]);
    const { value, grad } = await compiled(tf.scalar(0.8), tf.scalar(0.4), key, x);
    assert.ok(Math.abs(number(value) - at(0.8, 0.4, x)) < 1e-4 * Math.abs(number(value)));
    const h = 0.02;
    const differences = [
      at(0.8 + h, 0.4, x) - at(0.8 - h, 0.4, x),
      at(0.8, 0.4 + h, x) - at(0.8, 0.4 - h, x),
    ];
    differences.forEach((d, i) =>
      assert.ok(Math.abs(number(grad[i]) - d / (2 * h)) < 0.02 * (1 + Math.abs(number(grad[i]))))
    );
  }
  await compiled.release();
});

Deno.test("scan() broadcasts its first carry to the plates around it", () => {
  const model = () => {
    using _particles = plate("particles", 6, { dim: -2 });
    using _p = plate("p", 2);
    const [last] = scan(
      (z: Tensor) => {
        const next = sample("z", new Normal(z, 1));
        return [next, null];
      },
      tf.scalar(0),
      null,
      { length: 3 },
    );
    return last;
  };
  const run = trace(seed(model, key)).get();
  assert.deepEqual(run.value("z").shape, [3, 6, 2]);
  assert.deepEqual(run.returnValue.shape, [6, 2]);
});
