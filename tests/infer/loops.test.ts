import assert from "node:assert/strict";
import { constraints, Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDelta,
  AutoDiagonalNormal,
  AutoNormal,
  exponentialDecay,
  Predictive,
  SVI,
  TraceELBO,
} from "../../lib/infer/mod.ts";
import { param, sample, scan } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close } from "./models.ts";

const observed = tf.tensor1d([0.5, 1.4, 0.8, 2.2, 3.1, 2.5]);

/** A random walk seen through noise. */
function walk(x?: Tensor, length: number = observed.shape[0]): void {
  scan(
    (z: Tensor, seen: Tensor | null) => {
      const next = sample("z", new Normal(z, 1));
      sample("x", new Normal(next, 0.5), { obs: seen ?? undefined });
      return [next, null];
    },
    tf.scalar(0),
    x ?? null,
    { length },
  );
}

/** Means of the posterior of `walk`: those of a normal with a tridiagonal precision. */
function exactMeans(): number[] {
  const n = observed.shape[0], x = Array.from(observed.dataSync()), p: number[][] = [];
  for (let i = 0; i < n; i++) {
    p.push(
      Array.from(
        { length: n + 1 },
        (_, j) => j === n ? 4 * x[i] : i === j ? 4 + (i < n - 1 ? 2 : 1) : Math.abs(i - j) === 1 ? -1 : 0,
      ),
    );
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const f = p[k][i] / p[i][i];
      for (let j = i; j <= n; j++) p[k][j] -= f * p[i][j];
    }
  }
  return p.map((row, i) => row[n] / row[i]);
}

/** A guide with a loop of its own. */
function walkGuide(_x?: Tensor, length: number = observed.shape[0]): void {
  const loc = param("loc", tf.zeros([length])),
    scale = param("scale", tf.ones([length]), { constraint: constraints.positive });
  scan(
    (carry: null, at: { loc: Tensor; scale: Tensor }) => {
      sample("z", new Normal(at.loc, at.scale));
      return [carry, null];
    },
    null,
    { loc, scale },
  );
}

Deno.test("a model and a guide with loops over time train", async () => {
  const svi = new SVI(
    walk,
    walkGuide,
    adam({ lr: exponentialDecay({ init: 0.1, rate: 0.997 }) }),
    new TraceELBO(),
  );
  const { params } = await svi.run(random.key(0), 1500, [observed]);
  exactMeans().forEach((mean, i) => close(params.loc.dataSync()[i], mean, 0.15, `step ${i}`));
  await svi.release();
});

for (const Guide of [AutoNormal, AutoDiagonalNormal, AutoDelta]) {
  Deno.test(`${Guide.name} guides the sites of a loop`, async () => {
    const guide = new Guide(walk),
      svi = new SVI(walk, guide, adam({ lr: exponentialDecay({ init: 0.1, rate: 0.997 }) }));
    const { params } = await svi.run(random.key(0), 1500, [observed]), { z } = guide.median(params);
    assert.deepEqual(z.shape, [6]);
    exactMeans().forEach((mean, i) => close(z.dataSync()[i], mean, 0.15, `step ${i}`));
    assert.deepEqual(guide.sampleLatent(random.key(0), params, [5]).z.shape, [5, 6]);
    await svi.release();
  });
}

for (const engine of ["js", "onnx"] as const) {
  Deno.test(`training with loops gives the same bits in calls of any length: engine ${engine}`, async () => {
    for (const guide of [walkGuide, new AutoNormal(walk)]) {
      const svi = new SVI(walk, guide, adam({ lr: 1e-3 }), new TraceELBO({ numParticles: 3 }), { engine });
      const whole = await svi.run(random.key(0), 60, [observed], { chunk: 60 });
      for (const chunk of [1, 7]) {
        const cut = await svi.run(random.key(0), 60, [observed], { chunk });
        assert.deepEqual(cut.losses, whole.losses);
        assert.deepEqual(cut.state, whole.state);
      }
      await svi.release();
    }
  });
}

Deno.test("loops within the training loop are taken apart without changing results", async () => {
  const losses = async (fission: boolean | undefined) => {
    const svi = new SVI(walk, walkGuide, adam({ lr: 1e-3 }), new TraceELBO(), {
      engine: "onnx",
      dtype: "float64",
      fission,
    });
    const run = await svi.run(random.key(0), 20, [observed]);
    await svi.release();
    return run.losses;
  };
  const whole = await losses(false);
  for (const fission of [undefined, true]) {
    (await losses(fission)).forEach((loss, i) => close(loss, whole[i], 1e-9 * Math.abs(loss)));
  }
});

Deno.test("Predictive draws from a model with a loop", async () => {
  const draws = await new Predictive(walk, { numSamples: 3000 })(random.key(0), undefined, 4);
  assert.deepEqual([draws.z.shape, draws.x.shape], [[3000, 4], [3000, 4]]);
  const { variance } = tf.moments(draws.z, 0);
  variance.dataSync().forEach((v, t) => close(v, t + 1, 0.3 * (t + 1)));
});
