import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { Bernoulli, HalfNormal, MultivariateNormal, Normal } from "../../lib/distributions/mod.ts";
import { AutoNormal, enumLogDensity, Predictive } from "../../lib/infer/mod.ts";
import {
  condition,
  configEnumerate,
  deterministic,
  logDensity,
  plate,
  replay,
  sample,
  scan,
  seed,
  substitute,
  trace,
} from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { number, numbers } from "./models.ts";

const key = random.key(0);

/** A level that moves, and what is seen of it; the later observations go on from the level. */
function levels(length: number, noise = 1): [Tensor, Tensor] {
  return scan(
    (level: Tensor) => {
      const next = sample("level", new Normal(level.mul(0.9).add(0.5), noise));
      return [next, sample("y", new Normal(next, noise))];
    },
    tf.scalar(0),
    null,
    { length },
  );
}

Deno.test("a stack of the first steps of a scan leaves the others the draws that they have without it", () => {
  const whole = trace(seed(levels, key)).get(6);
  const first = (name: string, count: number) => whole.value(name).slice([0], [count]);
  const forecast = substitute(condition(levels, { y: first("y", 4) }), {
    data: { level: first("level", 3) },
  });
  const run = trace(seed(forecast, key)).get(6);
  for (const name of ["level", "y"]) assert.deepEqual(numbers(run.value(name)), numbers(whole.value(name)));
  // What is drawn of an observed site says nothing; a latent site counts in all steps.
  const [y, level] = ["y", "level"].map((name) => numbers(whole.sampleSite(name).logProb));
  for (const [name, expected] of [["y", [...y.slice(0, 4), 0, 0]], ["level", level]] as const) {
    const found = numbers(run.sampleSite(name).logProb);
    expected.forEach((density, i) => assert.ok(Math.abs(found[i] - density) < 1e-5));
  }
  const none = trace(seed(condition(levels, { y: tf.zeros([0]) }), key)).get(6);
  assert.deepEqual(numbers(none.value("y")), numbers(whole.value("y")));
});

Deno.test("a forecast within a scan is that of a second scan from the carry of the first", () => {
  /** Exponential smoothing, whose carry depends on what is seen (Holt 1957). */
  const smooth = (start: [Tensor, Tensor], name: string, length: number) =>
    scan(
      ([level, slope]: [Tensor, Tensor]): [[Tensor, Tensor], Tensor] => {
        const y = sample(name, new Normal(level.add(slope), 1e-6));
        const next = y.mul(0.6).add(level.add(slope).mul(0.4));
        return [[next, next.sub(level).mul(0.3).add(slope.mul(0.7))], y];
      },
      start,
      null,
      { length },
    );
  const seen = tf.tensor([1, 2.5, 2, 4, 4.5]), start: [Tensor, Tensor] = [tf.scalar(0), tf.scalar(1)];
  const apart = seed(() => {
    const [end] = condition(() => smooth(start, "y", 5), { y: seen })();
    return smooth(end, "later", 4)[1];
  }, key)();
  const within = seed(() => {
    using _seen = condition({ y: seen });
    return smooth(start, "y", 9)[1];
  }, key)();
  assert.deepEqual(numbers(within).slice(0, 5), numbers(seen));
  numbers(apart).forEach((later, i) => assert.ok(Math.abs(numbers(within)[5 + i] - later) < 1e-4));
});

Deno.test("the first steps of a scan are given in compiled functions too, whatever their number", async () => {
  const whole = numbers(seed(levels, key)(6)[1]);
  const draw = (y: Tensor, key: Key) => seed(condition(levels, { y }), key)(y.shape[0] + 2)[1];
  const compiled = compile(draw, { axes: [["T"], null] });
  for (const count of [1, 4]) {
    const found = numbers(await compiled(tf.tensor(whole.slice(0, count)), key));
    found.forEach((y, i) => assert.ok(Math.abs(y - whole[i]) < 1e-5));
    assert.equal(found.length, count + 2);
  }
  await compiled.release();
  const other = compile(
    (y: Tensor, x: Tensor, key: Key) => seed(condition(levels, { y }), key)(x.shape[0])[1],
    {
      axes: [["T"], ["U"], null],
    },
  );
  await assert.rejects(
    other(tf.zeros([2]), tf.zeros([3]), key),
    /shape \[T\], expected \[U\] steps on its leftmost axis, or a number of steps fewer that does not vary/,
  );
});

/** States in a plate, whose last one is a computed site. */
function states(steps: number, noise: number): void {
  const sd = sample("sd", new HalfNormal(1));
  using _series = plate("series", 2);
  const [last] = scan(
    (z: Tensor) => [sample("z", new Normal(z.add(1), sd.mul(noise))), null] as [Tensor, null],
    tf.zeros([2]),
    null,
    { length: steps },
  );
  deterministic("last", last);
}

Deno.test("draws of fewer steps than the model has are forecast by Predictive, in a loop and in a plate", async () => {
  const draws = 5, z = random.normal(key, [draws, 3, 2]), sd = tf.ones([draws]);
  for (const parallel of [false, true]) {
    for (const steps of [3, 5, 7]) {
      const predict = new Predictive(states, {
        posteriorSamples: { z, sd },
        parallel,
        returnSites: ["z", "last"],
      });
      const found = await predict(random.key(1), steps, 1e-6);
      assert.deepEqual([found.z.shape, found.last.shape], [[draws, steps, 2], [draws, 2]]);
      assert.deepEqual(numbers(found.z.slice([0, 0], [-1, 3])), numbers(z));
      const end = numbers(z.slice([0, 2], [-1, 1]).add(steps - 3));
      numbers(found.last).forEach((last, i) => assert.ok(Math.abs(last - end[i]) < 1e-4));
      await predict.release();
    }
  }
});

Deno.test("a guide of fewer steps is forecast by Predictive, and an automatic one by its draws", async () => {
  const guide = () => {
    sample("sd", new Normal(1, 0.1));
    sample("z", new Normal(tf.fill([3, 2], 2), 1e-6));
  };
  const automatic = new AutoNormal(states);
  automatic.setup(3, 1e-6);
  const params = {
    sd_auto_loc: tf.scalar(0),
    sd_auto_scale: tf.scalar(0.1),
    z_auto_loc: tf.fill([3, 2], 2),
    z_auto_scale: tf.fill([3, 2], 1e-6),
  };
  const posteriorSamples = automatic.sampleLatent(key, params, [4]), returnSites = ["last"];
  for (const source of [{ guide, numSamples: 4 }, { posteriorSamples }]) {
    const predict = new Predictive(states, { ...source, returnSites });
    const { last } = await predict(key, 6, 1e-6);
    assert.equal(last.size, 8);
    numbers(last).forEach((found) => assert.ok(Math.abs(found - 5) < 1e-4));
    await predict.release();
  }
  const whole = new Predictive(states, { guide: automatic, params, numSamples: 4 });
  await assert.rejects(
    whole(key, 6, 1e-6),
    /For steps beyond the data, give Predictive the draws of sampleLatent/,
  );
});

Deno.test("steps of a scan that cannot be given in part are refused, with what can", () => {
  const told = (run: () => unknown, message: RegExp) => assert.throws(run, message);
  told(
    () => condition(levels, { y: [1, 2, 3] })(2),
    /shape \[3\], expected 2 steps on its leftmost axis, or fewer/,
  );
  told(
    () => logDensity(levels, [4], { level: [1, 2], y: [1, 2, 3, 4] }),
    /sample site "level": no key was given/,
  );
  told(
    () => condition(levels, { y: tf.zeros([2, 3]) })(4),
    /shape \[2, 3\], expected steps on its leftmost axis, each of shape \[\]/,
  );
  const run = trace(seed(levels, key)).get(3);
  told(() => replay(levels, { trace: run })(5), /replay site "level" of a scan: .* \[3\], expected 5 steps/);
  const inner = () => scan((c: null) => [c, sample("w", new Normal(0, 1))], null, null, { length: 2 })[1];
  const outer = () => scan((c: null) => [c, inner()], null, null, { length: 3 });
  told(
    () => seed(condition(outer, { w: tf.zeros([2, 2]) }), key)(),
    /all 3 steps: each is a scan of its own/,
  );
  const chain = (y: Tensor) =>
    scan(
      (z: Tensor, y: Tensor) => {
        const next = sample("z", new Bernoulli(z.mul(0.5).add(0.2)));
        sample("y", new Normal(next, 1), { obs: y });
        return [next, null];
      },
      tf.scalar(0),
      y,
    );
  told(
    () => enumLogDensity(configEnumerate(chain), [tf.zeros([3])], { z: [1, 0] }),
    /all 3 steps, or none: those that are not given would be drawn, and not summed out/,
  );
});

Deno.test("the first steps of vectors are given with their event axes", () => {
  const walk = () =>
    scan(
      (z: Tensor) => {
        const next = sample("z", new MultivariateNormal(z, { scaleTril: [[1e-6, 0], [0, 1e-6]] }));
        return [next, next];
      },
      tf.tensor([1, 2]),
      null,
      { length: 3 },
    )[1];
  const found = seed(condition(walk, { z: [[3, 4]] }), key)();
  assert.deepEqual(found.shape, [3, 2]);
  assert.ok(Math.abs(number(found.slice([2, 1], [1, 1]).squeeze()) - 4) < 1e-4);
});
