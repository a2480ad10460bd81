import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import { Bernoulli, Dirichlet, Gamma, Normal, Poisson } from "../../lib/distributions/mod.ts";
import { logDensity, mask, plate, sample, scale, scan } from "../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { engines, isAbsent } from "../compile/engines.ts";

const data = (padding: number): Tensor => tf.tensor([0.5, 0.25, 0.75, padding]);
const flags = tf.tensor([true, true, true, false], [4], "bool") as Tensor;
const gamma = (l: Tensor) => new Gamma(l.exp(), 1);

/** Models of a parameter, data and a mask; what the mask hides is the last number of four. */
const models: Record<string, (l: Tensor, x: Tensor, shown: Tensor) => void> = {
  "mask as a handler"(l, x, shown) {
    using _data = plate("data", 4);
    using _shown = mask(shown);
    sample("x", gamma(l), { obs: x });
  },
  "weights of which one is 0"(l, x, shown) {
    using _data = plate("data", 4);
    using _weights = scale(shown.cast("float32").mul(2) as Tensor);
    sample("x", gamma(l), { obs: x });
  },
  "a mask of floats"(l, x, shown) {
    using _data = plate("data", 4);
    using _shown = mask(shown.cast("float32"));
    sample("x", gamma(l), { obs: x });
  },
  "a mask by a comparison of the data"(l, x, shown) {
    using _data = plate("data", 4);
    using _shown = mask(shown);
    using _finite = mask(x.isNaN().logicalNot());
    sample("x", gamma(l), { obs: x });
  },
  "a masked distribution": (l, x, shown) => void sample("x", gamma(l).mask(shown).toEvent(1), { obs: x }),
  "a mask over events": (l, x, shown) => {
    using _shown = mask(shown);
    const two = gamma(l).expand([4, 2]).toEvent(1);
    sample("x", two, { obs: x.expandDims(-1).tile([1, 2]) as Tensor });
  },
  "a mask of vectors on the simplex"(l, x, shown) {
    using _shown = mask(shown);
    const first = x.expandDims(-1), both = tf.concat([first, tf.sub(1, first)], -1) as Tensor;
    sample("x", new Dirichlet(l.exp().mul(tf.ones([4, 2])) as Tensor), { obs: both });
  },
  "a mask within a scan"(l, x, shown) {
    const step = (_: null, { x, shown }: { x: Tensor; shown: Tensor }): [null, null] => {
      using _shown = mask(shown);
      sample("x", gamma(l), { obs: x });
      return [null, null];
    };
    scan(step, null, { x, shown });
  },
  "weights of a scan's steps of which one is 0"(l, x, shown) {
    const step = (_: null, { x, weight }: { x: Tensor; weight: Tensor }): [null, null] => {
      using _weight = scale(weight);
      sample("x", gamma(l), { obs: x });
      return [null, null];
    };
    scan(step, null, { x, weight: shown.cast("float32") as Tensor });
  },
  "a mask of steps around a scan"(l, x, shown) {
    using _shown = mask(shown);
    const step = (_: null, x: Tensor): [null, null] => {
      sample("x", gamma(l), { obs: x });
      return [null, null];
    };
    scan(step, null, x);
  },
  "a mask of members around a scan"(l, x, shown) {
    using _shown = mask(shown);
    const step = (_: null, x: Tensor): [null, null] => {
      using _data = plate("data", 4);
      sample("x", gamma(l), { obs: x });
      return [null, null];
    };
    scan(step, null, tf.stack([x, x]) as Tensor);
  },
  "counts whose rate is 0 where they are masked"(l, x, shown) {
    using _shown = mask(shown);
    const rate = l.exp().mul(shown.cast("float32")) as Tensor;
    sample("x", new Poisson(rate), { obs: tf.where(shown, tf.ones([4]), x) as Tensor });
  },
  "outcomes whose probability is 1 where they are masked"(l, x, shown) {
    using _shown = mask(shown);
    const probs = tf.where(shown, l.sigmoid(), tf.onesLike(l)) as Tensor;
    sample("x", new Bernoulli(probs), { obs: tf.where(shown, tf.ones([4]), x) as Tensor });
  },
  "a normal, whose density is finite everywhere"(l, x, shown) {
    using _shown = mask(shown);
    sample("x", new Normal(l, 1), { obs: x });
  },
};

const paddings = [1, 0, -1, NaN, Infinity, -Infinity];

for (const [name, model] of Object.entries(models)) {
  const score = (l: Tensor, x: Tensor, shown: Tensor): Tensor =>
    logDensity(model, [l, x, shown], {}).logDensity;
  const slopes = (...args: [Tensor, Tensor, Tensor]): Tensor => {
    const first = (l: Tensor) => grad((l: Tensor) => score(l, args[1], args[2]))(l) as Tensor;
    return tf.stack([score(...args), first(args[0]), grad(first)(args[0]) as Tensor]);
  };
  const l = tf.scalar(0.1) as Tensor, valid = [...slopes(l, data(1), flags).dataSync()];
  const isSame = (found: ArrayLike<number>, padding: number) =>
    valid.forEach((expected, i) =>
      assert.ok(Math.abs(found[i] - expected) < 1e-4, `${found} for ${padding}, not ${valid}`)
    );

  Deno.test(`${name}: what is hidden changes neither value nor derivatives, eagerly`, () => {
    assert.ok(valid.every(Number.isFinite) && Math.abs(valid[1]) > 0.01);
    for (const padding of paddings) isSame(slopes(l, data(padding), flags).dataSync(), padding);
  });

  for (const engine of engines) {
    Deno.test({
      name: `${name}: what is hidden changes neither value nor derivatives, with ${engine}`,
      ignore: isAbsent(engine),
      async fn() {
        const asArgument = compile(slopes, { engine });
        for (const padding of [NaN, ...paddings]) {
          isSame((await asArgument.arrays(l, data(padding), flags)).data, padding);
        }
        await asArgument.release();
        const asConstant = compile((l: Tensor) => slopes(l, data(NaN), flags), { engine });
        isSame((await asConstant.arrays(l)).data, NaN);
        await asConstant.release();
      },
    });
  }
}

Deno.test("what is shown is checked, with its place, also in a trace", async () => {
  const model = (x: Tensor, shown: Tensor) => {
    using _shown = mask(shown);
    sample("x", new Gamma(1, 1), { obs: x });
  };
  const score = (x: Tensor, shown: Tensor): Tensor => logDensity(model, [x, shown], {}).logDensity;
  const all = tf.onesLike(flags) as Tensor,
    refusal = /value has -1 at \[3\]; expected values in the support, nonNegative/;
  assert.throws(() => score(data(-1), all), refusal);
  await assert.rejects(async () => await compile(score, { engine: "js" })(data(-1), all), refusal);
});

Deno.test("a weight of 0 that is known only when run counts impossible data 0, and finite ones have their slope", async () => {
  const unchecked = (l: Tensor) => new Gamma(l.exp(), 1, { validate: false });
  const model = (l: Tensor, x: Tensor) => void sample("x", unchecked(l), { obs: x });
  const score = (weight: Tensor, l: Tensor, x: Tensor): Tensor =>
    logDensity(scale(model, weight), [l, x], {}).logDensity;
  const l = tf.scalar(0) as Tensor, none = tf.scalar(0) as Tensor;
  for (const engine of engines.filter((engine) => !isAbsent(engine))) {
    const compiled = compile(score, { engine }), slope = compile(grad(score), { engine });
    const value = async (x: number) => (await compiled.arrays(none, l, tf.scalar(x) as Tensor)).data[0];
    assert.equal(await value(-1), 0);
    assert.equal(Math.abs(await value(2) as number), 0);
    assert.ok(Math.abs((await slope.arrays(none, l, tf.scalar(2) as Tensor)).data[0] as number + 2) < 1e-6);
    await compiled.release();
    await slope.release();
  }
});
