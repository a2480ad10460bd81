import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { Normal } from "../../lib/distributions/mod.ts";
import { adam, Predictive, SVI } from "../../lib/infer/mod.ts";
import { param, sample, scan, seed, trace } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";

const key = random.key(0), LENGTHS = [2, 3];
const numbers = (x: Tensor): number[] => [...x.dataSync()];

/** A chain of draws `depth` loops deep, the innermost steps with a site, the outer ones too. */
function chain(depth: number, from: Tensor, mean: (before: Tensor) => Tensor): Tensor {
  const step = (before: Tensor, _: null): [Tensor, null] => {
    const start = depth === 1 ? before : chain(depth - 1, before, mean);
    return [sample(`w${depth}`, new Normal(mean(start), 1)), null];
  };
  return scan(step, from, null, { length: LENGTHS[depth % 2] })[0];
}
const modelOf = (depth: number) => (x: Tensor): void => {
  scan(
    (before: Tensor, v: Tensor): [Tensor, null] => {
      const state = chain(depth - 1, before, (w) => w.mul(0.5));
      sample("x", new Normal(state, 1), { obs: v });
      return [state, null];
    },
    tf.scalar(0),
    x,
  );
};
const guideOf = (depth: number) => (x: Tensor): void => {
  const q = param("q", 0.1);
  scan(
    (before: Tensor, _: Tensor): [Tensor, null] => {
      chain(depth - 1, before, () => q);
      return [before, null];
    },
    tf.scalar(0),
    x,
  );
};
const x = tf.tensor1d([1, 0.5, -1]);

for (const depth of [2, 3]) {
  const model = modelOf(depth), guide = guideOf(depth);
  const latents = Array.from({ length: depth - 1 }, (_, i) => `w${i + 1}`);

  for (const engine of [...present, "tfjs"] as const) {
    Deno.test(`loops of sites ${depth} deep draw and score the same with ${engine} as eagerly`, async () => {
      const run = (k: Key, x: Tensor): Record<string, Tensor> => {
        const found = trace(seed(model, k)).get(x);
        return {
          ...Object.fromEntries(latents.map((n) => [n, found.value(n)])),
          logProb: found.logProbSum(),
        };
      };
      const compiled = compile(run, { engine, axes: [null, ["T"]] });
      for (const data of [x, x.slice([0], [1]), tf.concat([x, x])] as Tensor[]) {
        const expected = run(key, data), found = await compiled(key, data);
        for (const name of [...latents, "logProb"]) {
          assert.deepEqual(found[name].shape, expected[name].shape);
          const other = numbers(expected[name]);
          numbers(found[name]).forEach((v, i) =>
            assert.ok(Math.abs(v - other[i]) < 1e-4 * (1 + Math.abs(other[i])), name)
          );
        }
      }
      await compiled.release();
    });

    Deno.test(`loops of sites ${depth} deep train and predict with ${engine}`, async () => {
      const svi = new SVI(model, guide, adam({ lr: 0.05 }), undefined, { engine });
      const { losses, params } = await svi.run(key, 20, [x], { progress: false });
      assert.ok(Array.from(losses).every(Number.isFinite));
      assert.notEqual(numbers(params.q as Tensor)[0], Math.fround(0.1));
      const drawn = await new Predictive(model, { guide, params, numSamples: 4, engine })(key, x);
      assert.deepEqual(drawn.w1.shape.slice(0, 2), [4, 3]);
      const prior = await new Predictive(model, { numSamples: 4, engine })(key, x);
      assert.equal(new Set(numbers(prior.w1)).size, prior.w1.size);
    });
  }
}

Deno.test("a loop of sites over no steps has sites without rows, of log density 0", async () => {
  const model = (x: Tensor): Tensor =>
    scan(
      (before: Tensor, v: Tensor): [Tensor, null] => {
        const z = sample("z", new Normal(before, 1));
        sample("x", new Normal(z, 1), { obs: v });
        return [z, null];
      },
      tf.scalar(0.25),
      x,
    )[0];
  const run = (k: Key, x: Tensor) => {
    const found = trace(seed(model, k)).get(x);
    return [found.value("z"), found.logProbSum(), found.returnValue] as Tensor[];
  };
  const none = tf.zeros([0]);
  const [z, logProb, last] = run(key, none);
  assert.deepEqual([z.shape, numbers(logProb), numbers(last)], [[0], [0], [0.25]]);
  for (const engine of present) {
    const compiled = compile(run, { engine, axes: [null, ["T"]] });
    await compiled(key, x);
    const [z, logProb, last] = await compiled(key, none);
    assert.deepEqual([z.shape, numbers(logProb), numbers(last)], [[0], [0], [0.25]]);
    await compiled.release();
  }
});
