import assert from "node:assert/strict";
import {
  Bernoulli,
  Beta,
  Dirichlet,
  Exponential,
  LogNormal,
  MultivariateNormal,
  Normal,
  Uniform,
} from "../../lib/distributions/mod.ts";
import {
  adam,
  type AutoContinuous,
  AutoDelta,
  AutoDiagonalNormal,
  type AutoGuide,
  AutoLaplace,
  AutoMultivariateNormal,
  AutoNormal,
  exponentialDecay,
  type InitStrategy,
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
  SVI,
  TraceELBO,
  TraceMeanFieldELBO,
} from "../../lib/infer/mod.ts";
import { hessian } from "../../lib/compile/mod.ts";
import { potential, prototypeOf } from "../../lib/infer/latent/mod.ts";
import { factor, plate, replay, sample, scan, seed, trace } from "../../lib/ppl/mod.ts";
import { constant, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close, conjugate, data, exactPosterior, item } from "./models.ts";
import { stopwatch } from "../stopwatch.ts";

/** Sites of every kind of shape and support. */
function mixed(y?: Tensor): void {
  const a = sample("a", new Normal(0, 1));
  const s = sample("s", new Uniform(0, 10));
  const p = sample("p", new Dirichlet([1, 2, 3]));
  const v = sample("v", new MultivariateNormal([0, 0], { covariance: tf.eye(2) }));
  using _g = plate("groups", 4);
  const r = sample("r", new Exponential(1));
  sample("y", new Normal(a.add(r).add(p.sum(-1)).add(v.sum(-1)), s.add(0.1)), { obs: y });
}
const y = tf.tensor1d([1, 2, 3, 4]);
const shapes = { a: [], s: [], p: [3], v: [2], r: [4] };
const make: Record<string, (model: typeof mixed) => AutoGuide> = {
  AutoDelta: (m) => new AutoDelta(m),
  AutoNormal: (m) => new AutoNormal(m),
  AutoDiagonalNormal: (m) => new AutoDiagonalNormal(m),
  AutoMultivariateNormal: (m) => new AutoMultivariateNormal(m),
  AutoLaplace: (m) => new AutoLaplace(m),
};

for (const [name, of] of Object.entries(make)) {
  Deno.test(`${name} has a site of the right shape and support for each latent one`, async () => {
    const guide = of(mixed), svi = new SVI(mixed, guide, adam({ lr: 0.01 }));
    const { params, losses } = await svi.run(random.key(0), 20, [y]);
    assert.ok(losses.every(Number.isFinite));
    for (const draws of [guide.median(params), guide.sampleLatent(random.key(1), params, [7, 2])]) {
      const lead = draws.a.rank === 0 ? [] : [7, 2];
      assert.deepEqual(
        Object.fromEntries(Object.entries(draws).map(([n, v]) => [n, v.shape.slice(lead.length)])),
        shapes,
      );
      close(item(draws.p.sum(-1).sub(1).abs().max()), 0, 1e-5);
      assert.ok(item(draws.s.min()) > 0 && item(draws.s.max()) < 10 && item(draws.r.min()) > 0);
    }
    await svi.release();
  });

  Deno.test(`${name} works with vectorised particles`, async () => {
    const guide = of(mixed),
      svi = new SVI(
        mixed,
        guide,
        adam({ lr: 0.01 }),
        new TraceELBO({ numParticles: 3, vectorizeParticles: true }),
      );
    const loop = new SVI(mixed, of(mixed), adam({ lr: 0.01 }), new TraceELBO({ numParticles: 2000 }));
    const many = new SVI(
      mixed,
      of(mixed),
      adam({ lr: 0.01 }),
      new TraceELBO({ numParticles: 2000, vectorizeParticles: true }),
    );
    assert.ok((await svi.run(random.key(0), 3, [y])).losses.every(Number.isFinite));
    const state = await loop.init(random.key(0), y), expected = await loop.evaluate(state, y);
    close(await many.evaluate(state, y), expected, 0.05 * Math.abs(expected) + 0.5);
    for (const s of [svi, loop, many]) await s.release();
  });
}

for (const Guide of [AutoNormal, AutoDiagonalNormal, AutoMultivariateNormal]) {
  Deno.test(`${Guide.name} finds a conjugate posterior; its median, quantiles and draws agree`, async () => {
    const guide = new Guide(conjugate),
      svi = new SVI(
        conjugate,
        guide,
        adam({ lr: exponentialDecay({ init: 0.1, rate: 0.998 }) }),
        new TraceELBO({ numParticles: 4 }),
      );
    const { params } = await svi.run(random.key(0), 2000, [data]), { mean, sd } = exactPosterior();
    close(item(guide.median(params).mu), mean, 0.02);
    const q = guide.quantiles(params, [0.05, 0.5, 0.95]).mu;
    assert.deepEqual(q.shape, [3]);
    [-1.6449, 0, 1.6449].forEach((z, i) => close(q.dataSync()[i], mean + z * sd, 0.04));
    const draws = guide.sampleLatent(random.key(1), params, [20_000]).mu,
      { mean: m, variance } = tf.moments(draws);
    close(item(m), mean, 0.02);
    close(Math.sqrt(item(variance)), sd, 0.02);
    await svi.release();
  });
}

Deno.test("the densities of automatic guides are those of their posteriors, changed to the supports", async () => {
  for (const Guide of [AutoNormal, AutoDiagonalNormal, AutoMultivariateNormal]) {
    const guide: AutoContinuous = new Guide(mixed), svi = new SVI(mixed, guide, adam({ lr: 0.05 }));
    const { params } = await svi.run(random.key(0), 30, [y]);
    const run = trace(seed(replay(guide as (y: Tensor) => unknown, { params }), random.key(2))).get(y);
    const vector = run.value("_auto_latent");
    close(
      item(run.sampleSite("_auto_latent").logProbSum),
      item(guide.getPosterior(params).logProb(vector)),
      1e-3,
      Guide.name,
    );
    // The change of variables of the uniform site: x = 10 sigmoid(u).
    const x = item(run.value("s"));
    close(item(run.sampleSite("s").logProbSum), -Math.log(x * (1 - x / 10)), 1e-3);
    assert.equal(item(run.sampleSite("a").logProbSum), 0);
    await svi.release();
  }
});

Deno.test("AutoNormal scores the same with one vector and with a distribution for each site", async () => {
  const guide = new AutoNormal(mixed), loop = { numParticles: 4000 };
  const svi = new SVI(mixed, guide, adam({ lr: 1e-3 }), new TraceELBO(loop)),
    sites = new SVI(mixed, guide, adam({ lr: 1e-3 }), new TraceMeanFieldELBO(loop));
  const state = await svi.init(random.key(0), y),
    a = await svi.evaluate(state, y),
    b = await sites.evaluate(state, y);
  close(b, a, 0.3);
  const { params } = await svi.run(random.key(0), 5, [y]);
  const named = guide.getSitePosteriors(params), draw = named.s.sample(random.key(0), [1000]);
  assert.ok(item(draw.min()) > 0 && item(draw.max()) < 10);
  await svi.release();
  await sites.release();
});

Deno.test("AutoMultivariateNormal learns correlations", async () => {
  const model = () => {
    const v = sample("v", new MultivariateNormal([1, -1], { covariance: [[1, 0.8], [0.8, 2]] }));
    void v;
  };
  const guide = new AutoMultivariateNormal(model),
    svi = new SVI(
      model,
      guide,
      adam({ lr: exponentialDecay({ init: 0.05, rate: 0.999 }) }),
      new TraceELBO({ numParticles: 8 }),
    );
  const { params } = await svi.run(random.key(0), 3000);
  const posterior = guide.getPosterior(params) as MultivariateNormal;
  [1, 0.8, 0.8, 2].forEach((c, i) => close(posterior.covariance.dataSync()[i], c, 0.1, `covariance ${i}`));
  await svi.release();
});

Deno.test("AutoLaplace is exact where the posterior is normal", async () => {
  const guide = new AutoLaplace(conjugate),
    svi = new SVI(conjugate, guide, adam({ lr: exponentialDecay({ init: 0.2, rate: 0.99 }) }));
  const { params } = await svi.run(random.key(0), 1000, [data]), { mean, sd } = exactPosterior();
  const normal = guide.laplaceApproximation(params, data);
  close(item(normal.mean), mean, 1e-3);
  close(Math.sqrt(item(normal.variance)), sd, 1e-4);
  close(item(guide.quantiles(params, [0.975]).mu), mean + 1.95996 * sd, 2e-3);
  await svi.release();
});

/** Random walks with noisy looks at each step, whose posterior is normal. */
const walk = (y: Tensor) =>
  void scan(
    (before: Tensor, y: Tensor) => {
      const z = sample("z", new Normal(before, 0.3));
      sample("y", new Normal(z, 0.5), { obs: y });
      return [z, null];
    },
    tf.scalar(0) as Tensor,
    y,
  );

Deno.test("AutoLaplace has the Hessian of a chain of 200 numbers, in little time", () => {
  const n = 200, y = tf.tensor1d(Array.from({ length: n }, (_, t) => Math.sin(t / 5)));
  const guide = new AutoLaplace(walk).setup(y), took = stopwatch();
  const normal = guide.laplaceApproximation({ auto_loc: tf.zeros([n]) as Tensor }, y);
  const seconds = took();
  // Operation by operation this takes more than 30 seconds.
  assert.ok(seconds < 5, `it took ${seconds} s`);
  const precision = tf.tensor2d(
    Float32Array.from({ length: n * n }, (_, k) => {
      const i = Math.floor(k / n), j = k % n, before = 1 / 0.09;
      return i === j ? (i === n - 1 ? 1 : 2) * before + 4 : Math.abs(i - j) === 1 ? -before : 0;
    }),
    [n, n],
  );
  const product = tf.matMul(precision, normal.covariance).sub(tf.eye(n)).abs().max();
  close(item(product as Tensor), 0, 2e-5);
});

Deno.test("AutoLaplace has the Hessian that is computed eagerly, sites and transforms of all kinds", async () => {
  const model = (x: Tensor) => {
    const scale = sample("scale", new LogNormal(0, 1)), share = sample("share", new Beta(2, 3));
    const m = sample("m", new Normal(tf.zeros([2]), 2).toEvent(1));
    using _rows = plate("rows", 20);
    sample("x", new Normal(m.sum().mul(share), scale), { obs: x });
  };
  const guide = new AutoLaplace(model), svi = new SVI(model, guide, adam({ lr: 0.05 }));
  const { params } = await svi.run(random.key(0), 500, [data]);
  const normal = guide.laplaceApproximation(params, data);
  const prototype = prototypeOf(model, [data], "test");
  const eager = hessian((v: Tensor) => potential(model, [data], prototype, v))(params.auto_loc);
  const product = tf.matMul(eager, normal.covariance).sub(tf.eye(4)).abs().max();
  close(item(product as Tensor), 0, 1e-5);
  await svi.release();
});

Deno.test("AutoLaplace refuses a Hessian that is singular, saddle-shaped or not finite", () => {
  const message =
    /^Cannot approximate the posterior: the Hessian at the parameters given is not positive def/;
  const flat = () => {
    const a = sample("a", new Normal(0, 1e10)), b = sample("b", new Normal(0, 1e10));
    factor("only the sum counts", a.add(b).square().mul(-0.35));
  };
  const saddle = () => {
    const a = sample("a", new Normal(0, 1e10)), b = sample("b", new Normal(0, 1e10));
    factor("saddle", a.square().sub(b.square()));
  };
  for (const model of [flat, saddle]) {
    const guide = new AutoLaplace(model).setup();
    for (const at of [[0, 0], [1, NaN]]) {
      assert.throws(() => guide.laplaceApproximation({ auto_loc: tf.tensor1d(at) as Tensor }), { message });
    }
  }
});

Deno.test("AutoDelta finds the mode", async () => {
  const guide = new AutoDelta(conjugate),
    svi = new SVI(conjugate, guide, adam({ lr: exponentialDecay({ init: 0.2, rate: 0.99 }) }));
  const { params } = await svi.run(random.key(0), 1000, [data]);
  close(item(params.mu_auto_loc), exactPosterior().mean, 1e-3);
  await svi.release();
});

for (const Guide of [AutoNormal, AutoDelta]) {
  Deno.test(`${Guide.name} has parameters for every member of a plate that subsamples`, async () => {
    const model = () => {
      using p = plate("groups", 6, { subsampleSize: 2 });
      const z = sample("z", new Normal(0, 1));
      sample("x", new Normal(z, 0.5), { obs: tf.gather(tf.range(0, 6), p.indices) });
    };
    const guide = new Guide(model), svi = new SVI(model, guide, adam({ lr: 0.05 }));
    const { params } = await svi.run(random.key(0), 1500);
    assert.deepEqual(params.z_auto_loc.shape, [6]);
    params.z_auto_loc.dataSync().forEach((loc, i) => close(loc, i * 4 / 5, 0.3, `member ${i}`));
    await svi.release();
  });
}

Deno.test("a guide predicts without the data it was trained with, and setup() tells one trained elsewhere", async () => {
  const guide = new AutoNormal(mixed),
    svi = new SVI(mixed, guide, adam({ lr: 1e-3 })),
    { params } = await svi.run(random.key(0), 3, [y]);
  const run = trace(seed(replay(guide as (y?: Tensor) => unknown, { params }), random.key(0))).get();
  assert.ok(!run.sites.has("y") && run.sites.has("a"));
  const other = new AutoNormal(mixed);
  assert.throws(
    () => other.median(params),
    /^Error: Cannot ask AutoNormal before it has seen its model run: train it, or call setup with the model's arguments$/,
  );
  close(item(other.setup(y).median(params).a), item(guide.median(params).a), 1e-6);
  await svi.release();
});

Deno.test("parameters start as the strategy says", async () => {
  const start = async (initStrategy: InitStrategy, key = 0) => {
    const guide = new AutoDelta(mixed, { initStrategy }), svi = new SVI(mixed, guide, adam({ lr: 1e-3 }));
    const params = svi.getParams(await svi.init(random.key(key), y));
    return (name: string): number[] => Array.from(params[`${name}_auto_loc`].dataSync());
  };
  const near = (a: number[], b: number[], tolerance = 1e-4) => a.forEach((x, i) => close(x, b[i], tolerance));
  const feasible = await start(initToFeasible());
  near(feasible("a"), [0]);
  near(feasible("s"), [5]);
  near(feasible("p"), [1 / 3, 1 / 3, 1 / 3]);
  near(feasible("r"), [1, 1, 1, 1]);
  const mean = await start(initToMean());
  near(mean("s"), [5]);
  near(mean("p"), [1 / 6, 2 / 6, 3 / 6]);
  const value = await start(
    initToValue({ values: { a: 2.5, r: 3, p: [0.5, 0.25, 0.25] }, fallback: initToFeasible() }),
  );
  near(value("a"), [2.5]);
  near(value("r"), [3, 3, 3, 3]);
  near(value("p"), [0.5, 0.25, 0.25]);
  near(value("s"), [5]);
  const median = await start(initToMedian({ numSamples: 401 }));
  near(median("a"), [0], 0.3);
  near(median("r"), Array(4).fill(Math.LN2), 0.3);
  close(median("p").reduce((a, b) => a + b), 1, 1e-4);
  for (const strategy of [initToSample(), initToUniform(), initToMedian()]) {
    const [one, same, two] = [await start(strategy, 1), await start(strategy, 1), await start(strategy, 2)];
    assert.deepEqual(one("a"), same("a"));
    assert.notDeepEqual(one("a"), two("a"));
    assert.notEqual(one("r")[0], one("r")[1]);
  }
  const uniform = await start(initToUniform({ radius: 0.1 }));
  close(uniform("a")[0], 0, 0.1);
  const scale = new SVI(mixed, new AutoNormal(mixed, { initScale: 0.25, prefix: "q" }), adam({ lr: 1e-3 }));
  close(item(scale.getParams(await scale.init(random.key(0), y)).a_q_scale), 0.25, 1e-6);
});

const mistakes: [string, () => unknown, RegExp][] = [
  [
    "a model that is no function",
    () => new AutoNormal(3 as never),
    /^Error: Cannot make AutoNormal: the model is number, expected a function$/,
  ],
  [
    "an invalid initScale",
    () => new AutoDiagonalNormal(mixed, { initScale: 0 }),
    /^Error: Cannot make AutoDiagonalNormal: initScale is 0, expected a number above 0$/,
  ],
  [
    "a discrete site",
    () => trace(seed(new AutoNormal(() => void sample("z", new Bernoulli(0.5))), random.key(0))).get(),
    /^Error: Cannot use AutoNormal: site "z" \(Bernoulli\) has discrete values; sum it out \(configEnumerate, and TraceEnumELBO; where its values are not few, by hand: the special\.logsumexp of the log densities, added by factor\), observe it, or write its guide by hand \(at autoguide\.test\.ts:\d+:\d+\)$/,
  ],
  [
    "no latent sites",
    () => trace(new AutoDelta(() => {})).get(),
    /^Error: Cannot use AutoDelta: the model has no latent sites \(at autoguide\.test\.ts:\d+:\d+\)$/,
  ],
  [
    "a subsample in one vector",
    () =>
      trace(seed(
        new AutoDiagonalNormal(() => {
          using _p = plate("groups", 6, { subsampleSize: 2 });
          sample("z", new Normal(0, 1));
        }),
        random.key(0),
      )).get(),
    /^Error: Cannot use AutoDiagonalNormal: site "z" is in plate "groups", which takes 2 of 6 members at a time; use AutoNormal or AutoDelta/,
  ],
  [
    "parameters of another guide",
    () => new AutoDiagonalNormal(mixed).setup(y).median({ loc: constant(0) }),
    /^Error: Cannot find parameter "auto_loc" of AutoDiagonalNormal: the parameters given are loc$/,
  ],
  [
    "a quantile at 1",
    () =>
      new AutoDiagonalNormal(mixed).setup(y).quantiles({
        auto_loc: tf.zeros([10]),
        auto_scale: tf.ones([10]),
      }, [1]),
    /Cannot take the quantile at 1: expected a probability between 0 and 1/,
  ],
  [
    "first values of the wrong shape",
    () =>
      trace(
        seed(new AutoDelta(mixed, { initStrategy: initToValue({ values: { a: [1, 2] } }) }), random.key(0)),
      ).get(y),
    /Cannot start site "a" at the value given: it has shape \[2\], expected \[\]/,
  ],
  [
    "a median of no draws",
    () => initToMedian({ numSamples: 0 }),
    /Cannot make initToMedian: numSamples is 0/,
  ],
  ["a negative radius", () => initToUniform({ radius: -1 }), /Cannot make initToUniform: radius is -1/],
];
for (const [what, run, message] of mistakes) {
  Deno.test(`automatic guides throw on ${what}`, () => {
    assert.throws(run, (error: Error) => {
      assert.match(String(error), message);
      return true;
    });
  });
}
