import assert from "node:assert/strict";
import { compile, grad } from "../../lib/compile/mod.ts";
import { constraints, Exponential, Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoNormal,
  clipByGlobalNorm,
  clippedAdam,
  exponentialDecay,
  type LossFunction,
  type NonFiniteError,
  type Optimiser,
  perParameter,
  type ProgressReport,
  rmsprop,
  sgd,
  SVI,
  type SVIState,
  TraceELBO,
} from "../../lib/infer/mod.ts";
import { module, param, plate, sample, trace } from "../../lib/ppl/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { close, conjugate, data, exactEvidence, exactPosterior, item, normalGuide } from "./models.ts";

const fresh = (optimiser: Optimiser = adam({ lr: 0.05 })) =>
  new SVI(conjugate, normalGuide, optimiser, new TraceELBO());

Deno.test("SVI recovers a conjugate posterior and the evidence", async () => {
  const svi = new SVI(
    conjugate,
    normalGuide,
    adam({ lr: exponentialDecay({ init: 0.1, rate: 0.998 }) }),
    new TraceELBO({ numParticles: 4 }),
  );
  const { params, losses, state } = await svi.run(random.key(0), 2000, [data]);
  const { mean, sd } = exactPosterior();
  close(item(params.loc), mean, 0.02, "loc");
  close(item(params.scale), sd, 0.02, "scale");
  close(losses.slice(-200).reduce((a, b) => a + b) / 200, -exactEvidence(), 0.05, "loss");
  assert.equal(losses.length, 2000);
  assert.equal(state.step, 2000);
  await svi.release();
});

for (const engine of ["js", "onnx", "tfjs"] as const) {
  Deno.test(`run() gives the same bits in calls of any length, and resumed: engine ${engine}`, async () => {
    const svi = new SVI(
      conjugate,
      new AutoNormal(conjugate),
      adam({ lr: exponentialDecay({ init: 0.05, rate: 0.99 }) }),
      new TraceELBO(),
      { engine, threads: 1 },
    );
    const whole = await svi.run(random.key(5), 100, [data], { chunk: 100 });
    for (const chunk of [1, 7, 33]) {
      const cut = await svi.run(random.key(5), 100, [data], { chunk });
      assert.deepEqual(cut.losses, whole.losses);
      assert.deepEqual(cut.state, whole.state);
    }
    const first = await svi.run(random.key(5), 37, [data]);
    const second = await svi.run(random.key(999), 63, [data], { state: first.state });
    assert.deepEqual(second.state, whole.state);
    assert.deepEqual([...first.losses, ...second.losses], [...whole.losses]);
    const other = await svi.run(random.key(6), 100, [data]);
    assert.notDeepEqual(other.losses, whole.losses);
    await svi.release();
  });
}

Deno.test("all engines train alike on equal noise", async () => {
  const of = async (engine: "js" | "onnx" | "tfjs", dtype: "float32" | "float64" = "float32") => {
    const svi = fresh();
    const { losses } = await svi.run(random.key(5), 40, [data], { engine, dtype });
    await svi.release();
    return losses;
  };
  const expected = await of("js", "float64");
  (await of("onnx", "float64")).forEach((loss, i) => close(loss, expected[i], 1e-10 * Math.abs(loss)));
  for (const engine of ["js", "onnx", "tfjs"] as const) {
    (await of(engine)).forEach((loss, i) => close(loss, expected[i], 2e-4 * Math.abs(loss), engine));
  }
  await assert.rejects(of("tfjs", "float64"), /Cannot compute in float64 with engine "tfjs"/);
});

Deno.test("step() takes the steps of run(), and evaluate() gives the loss of the next and changes nothing", async () => {
  const svi = fresh(), { losses } = await svi.run(random.key(2), 5, [data]);
  let state = await svi.init(random.key(2), data);
  for (let i = 0; i < 5; i++) {
    const before = structuredClone(state);
    const loss = await svi.evaluate(state, data);
    close(loss, losses[i], 1e-4 * Math.abs(losses[i]));
    assert.equal(await svi.evaluate(state, data), loss);
    const [next, stepLoss] = await svi.step(state, data);
    assert.equal(stepLoss, losses[i]);
    assert.deepEqual(state, before);
    state = next;
  }
  await svi.release();
});

Deno.test("a second run() compiles nothing", async () => {
  let traced = 0;
  const counting = (x: Tensor) => {
    traced++;
    conjugate(x);
  };
  const svi = new SVI(counting, normalGuide, adam({ lr: 1e-3 }), new TraceELBO());
  await svi.run(random.key(0), 3, [data]);
  const after = traced;
  assert.ok(after <= 4, `traced ${after} times`);
  await svi.run(random.key(1), 10, [data]);
  assert.equal(traced, after);
  await svi.release();
});

Deno.test("the state is a plain object with parameters and the optimiser's slots by name", async () => {
  const svi = fresh(adam({ lr: 1e-3 })), state = await svi.init(random.key(0), data);
  const zero = { data: new Float32Array(1), shape: [] };
  assert.deepEqual(state.params, { loc: zero, scale: zero });
  assert.deepEqual(state.optimiser, { m: { loc: zero, scale: zero }, v: { loc: zero, scale: zero } });
  assert.deepEqual([state.step, state.key.length], [0, 2]);
  assert.deepEqual(structuredClone(state), state);
  assert.equal(item(svi.getParams(state).scale), 1);
});

Deno.test("init() makes first values from the key without running what they do not depend on", async () => {
  const net = {
    init: (key: Key) => ({ w: random.normal(key, [3, 2]), b: tf.zeros([2]) }),
    apply: (p: { w: Tensor; b: Tensor }, x: Tensor) => x.matMul(p.w).add(p.b),
  };
  const model = (x: Tensor) => {
    const f = module("net", net), z = f(x);
    const s = param("s", (key) => random.uniform(key, [2]).add(1), { constraint: constraints.positive });
    sample("y", new Normal(z, s).toEvent(2), { obs: tf.zeros([4, 2]) });
  };
  const svi = new SVI(model, () => {}, adam({ lr: 1e-3 }), new TraceELBO());
  const x = tf.ones([4, 3]);
  const [a, b, c] = [
    await svi.init(random.key(1), x),
    await svi.init(random.key(1), x),
    await svi.init(random.key(2), x),
  ];
  assert.deepEqual(a, b);
  assert.notDeepEqual(a.params["net.w"], c.params["net.w"]);
  assert.deepEqual(Object.keys(a.params).sort(), ["net.b", "net.w", "s"]);
  assert.deepEqual(a.params["net.w"].shape, [3, 2]);
  for (const s of svi.getParams(a).s.dataSync()) assert.ok(s > 1 && s < 2, `s starts at ${s}`);
  // Parameters of one shape from one key would be equal.
  assert.notEqual(a.params["net.w"].data[0], a.params["net.w"].data[1]);
  await svi.release();
});

Deno.test("parameters of all sizes and constraints train, packed or not", async () => {
  const target = {
    big: tf.fill([200, 100], 0.5),
    simplex: tf.tensor1d([0.2, 0.3, 0.5]),
    low: tf.scalar(-3),
    positive: tf.tensor1d([2, 3]),
  };
  const model = () => {
    const big = param("big", tf.zeros([200, 100])),
      simplex = param("simplex", tf.fill([3], 1 / 3), { constraint: constraints.simplex });
    const low = param("low", tf.scalar(-1), { constraint: constraints.lessThan(0) });
    const positive = param("positive", tf.ones([2]), { constraint: constraints.positive });
    for (const [name, value] of Object.entries({ big, simplex, low, positive })) {
      sample(`obs_${name}`, new Normal(value, 1).toEvent(value.rank), {
        obs: target[name as keyof typeof target],
      });
    }
  };
  const svi = new SVI(model, () => {}, adam({ lr: 0.05 }), new TraceELBO());
  const { params, state } = await svi.run(random.key(0), 400);
  for (const [name, value] of Object.entries(target)) {
    close(item(params[name].sub(value).abs().max()), 0, 0.02, name);
  }
  assert.deepEqual(state.params.big.shape, [200, 100]);
  await svi.release();
});

Deno.test("a custom loss is a function of key, model, guide and arguments", async () => {
  const squared: LossFunction = (_key, model, _guide, args) => {
    const run = trace(model).get(...args);
    return run.value("loc").sub(7).square();
  };
  const svi = new SVI(() => void param("loc", 1), () => {}, sgd({ lr: 0.1 }), squared);
  const { params, losses } = await svi.run(random.key(0), 100);
  close(item(params.loc), 7, 1e-3);
  assert.equal(losses[0], 36);
  await svi.release();
});

Deno.test("an optimiser of the user's own, without a rule, trains too", async () => {
  const descent: Optimiser = {
    init: () => ({ count: tf.scalar(0) }),
    update: (grads, state, params) => [
      Object.fromEntries(Object.keys(params).map((name) => [name, params[name].sub(grads[name].mul(0.02))])),
      { count: state.count.add(1) },
    ],
  };
  const svi = fresh(descent), { state, params } = await svi.run(random.key(0), 300, [data]);
  close(item(params.loc), exactPosterior().mean, 0.3);
  assert.equal((state.optimiser as { count: HostArray }).count.data[0], 300);
  await svi.release();
});

Deno.test("perParameter() gives each parameter its own optimiser", async () => {
  const svi = fresh(perParameter({ scale: sgd({ lr: 0 }), default: adam({ lr: 0.05 }) }));
  const { params, state } = await svi.run(random.key(0), 500, [data]);
  assert.equal(item(params.scale), 1);
  close(item(params.loc), exactPosterior().mean, 0.4);
  assert.deepEqual(Object.keys(state.optimiser as object).sort(), ["default", "scale"]);
  const resumed = await svi.run(random.key(0), 10, [data], { state });
  assert.equal(resumed.state.step, 510);
  await svi.release();
});

for (
  const [name, optimiser] of Object.entries({
    "clippedAdam with a decaying rate": clippedAdam({ lr: 0.1, lrd: 0.999 }),
    rmsprop: rmsprop({ lr: 0.02, momentum: 0.5, centered: true }),
    "clipByGlobalNorm": clipByGlobalNorm(1, sgd({ lr: 0.05, momentum: 0.5 })),
  })
) {
  Deno.test(`SVI trains with ${name}, and resumes to the bit`, async () => {
    const svi = fresh(optimiser), whole = await svi.run(random.key(1), 400, [data]);
    close(item(whole.params.loc), exactPosterior().mean, 0.3);
    const half = await svi.run(random.key(1), 123, [data]);
    assert.deepEqual((await svi.run(random.key(1), 277, [data], { state: half.state })).state, whole.state);
    await svi.release();
  });
}

Deno.test("float64 training keeps float64 state, and agrees with float32 at first", async () => {
  const svi = fresh(),
    double = await svi.run(random.key(3), 50, [data], { dtype: "float64" }),
    single = await svi.run(random.key(3), 50, [data]);
  assert.ok(double.state.params.loc.data instanceof Float64Array);
  double.losses.forEach((loss, i) => close(single.losses[i], loss, 1e-3 * Math.abs(loss)));
  const cut = await svi.run(random.key(3), 50, [data], { dtype: "float64", chunk: 9 });
  assert.deepEqual(cut.state, double.state);
  await svi.release();
});

Deno.test("arguments with a named axis train in one program", async () => {
  let traced = 0;
  const model = (x: Tensor) => {
    traced++;
    conjugate(x);
  };
  const svi = new SVI(model, normalGuide, adam({ lr: 0.05 }), new TraceELBO(), { axes: [["n"]] });
  let afterFirst: number | undefined;
  for (const n of [1, 4, 13]) {
    const { losses } = await svi.run(random.key(0), 5, [data.slice([0], [n])]);
    const fixed = await fresh().run(random.key(0), 5, [data.slice([0], [n])]);
    losses.forEach((loss, i) => close(loss, fixed.losses[i], 1e-3));
    afterFirst ??= traced;
  }
  assert.equal(traced, afterFirst);
  await svi.release();
});

Deno.test("the gradient of the training step is that of the loss", async () => {
  const svi = fresh(sgd({ lr: 1 })),
    state = await svi.init(random.key(4), data),
    [next] = await svi.step(state, data);
  const key = random.keyFromData(state.key).foldIn(0);
  const guide = (q: { loc: Tensor; scale: Tensor }) => () =>
    void sample("mu", new Normal(q.loc, q.scale.exp()));
  const g = await compile((q: { loc: Tensor; scale: Tensor }, k: Key) =>
    grad((p: { loc: Tensor; scale: Tensor }) => new TraceELBO().loss(k, conjugate, guide(p), [data]))(q)
  )({ loc: tf.scalar(0), scale: tf.scalar(0) }, key);
  for (const name of ["loc", "scale"] as const) {
    close(-next.params[name].data[0], item(g[name]), 1e-3 * Math.abs(item(g[name])), name);
  }
  await svi.release();
});

Deno.test("progress is reported, and a signal ends the run between two calls", async () => {
  const svi = fresh(), reports: ProgressReport[] = [];
  await svi.run(random.key(0), 30, [data], { chunk: 10, progress: (r) => reports.push(r) });
  assert.deepEqual(reports.map((r) => [r.done, r.total]), [[10, 30], [20, 30], [30, 30]]);
  assert.ok(reports.every((r) => Number.isFinite(r.loss)));
  const stop = new AbortController();
  const ended = await svi.run(random.key(0), 30, [data], {
    chunk: 10,
    signal: stop.signal,
    progress: () => stop.abort(),
  });
  assert.deepEqual([ended.state.step, ended.losses.length], [10, 10]);
  await svi.release();
});

// --- NaN

Deno.test("NaN in a likelihood names site and step and keeps the state before it", async () => {
  // The scale walks down by 0.1 a step and is negative from step 11 on.
  const walk: Optimiser = {
    init: () => ({}),
    update: (
      g,
      s,
      p,
    ) => [Object.fromEntries(Object.keys(p).map((n) => [n, p[n].sub(g[n].sign().mul(0).add(0.1))])), s],
  };
  const model = () => {
    const s = param("s", tf.scalar(1.05));
    sample("x", new Normal(0, s, { validate: false }), { obs: 0.5 });
    sample("y", new Normal(0, 1), { obs: 0.5 });
  };
  const svi = new SVI(model, () => {}, walk, new TraceELBO());
  await assert.rejects(svi.run(random.key(0), 100, [], { chunk: 40 }), (error: NonFiniteError) => {
    assert.match(
      error.message,
      /^Cannot go on training: at step 11 the loss is NaN, because the log density of site "x" \(Normal\) is NaN\. The state before that step is the error's state; /,
    );
    assert.deepEqual([error.step, error.site], [11, "x"]);
    const state = error.state as SVIState;
    assert.equal(state.step, 11);
    close(state.params.s.data[0], -0.05, 1e-4);
    return true;
  });
  await svi.release();
});

Deno.test("a gradient that is not finite names the parameter", async () => {
  const model = () => {
    const a = param("a", tf.scalar(1)), b = param("b", tf.scalar(0));
    // sqrt has an infinite derivative at 0, the value is finite.
    sample("x", new Normal(a.add(b.abs().sqrt()), 1), { obs: 0.5 });
  };
  const svi = new SVI(model, () => {}, sgd({ lr: 0.1 }), new TraceELBO());
  await assert.rejects(svi.run(random.key(0), 5), (error: NonFiniteError) => {
    assert.match(
      error.message,
      /at step 0 a parameter is no longer finite, because the gradient of parameter "b" is not finite/,
    );
    assert.equal((error.state as SVIState).params.a.data[0], 1);
    return true;
  });
  await svi.release();
});

// --- mistakes

const rejects: [string, () => Promise<unknown>, RegExp][] = [
  [
    "no parameters",
    () =>
      new SVI(() => void sample("x", new Normal(0, 1), { obs: 1 }), () => {}, adam({ lr: 1e-3 })).run(
        random.key(0),
        1,
      ),
    /^Error: Cannot train: neither the model nor the guide has a parameter; register one with param, or use an automatic guide$/,
  ],
  [
    "a loss that is no scalar",
    () =>
      new SVI(
        () => void param("a", tf.zeros([2])),
        () => {},
        adam({ lr: 1e-3 }),
        (_k, m) => trace(m).get().value("a"),
      )
        .run(random.key(0), 1),
    /Cannot train: the loss returned a tensor of shape \[2\], expected a scalar tensor/,
  ],
  [
    "a first value outside the constraint, met first in a dry run",
    () =>
      new SVI(
        () => void param("a", -1, { constraint: constraints.positive }),
        () => {},
        adam({ lr: 1e-3 }),
        new TraceELBO({ numParticles: 2, vectorizeParticles: true }),
      ).run(random.key(0), 1),
    /Cannot initialise parameter "a": its first value lies outside the constraint positive/,
  ],
  [
    "a first value outside the constraint",
    () =>
      new SVI(() => void param("a", -1, { constraint: constraints.positive }), () => {}, adam({ lr: 1e-3 }))
        .run(
          random.key(0),
          1,
        ),
    /Cannot initialise parameter "a": its first value lies outside the constraint positive/,
  ],
  [
    "a first value at the edge of its constraint",
    () =>
      new SVI(
        () => (param("a", 0, { constraint: constraints.nonNegative }), undefined),
        () => {},
        adam({ lr: 1e-3 }),
      )
        .run(random.key(0), 1),
    /Cannot initialise parameter "a": its first value, unconstrained, is -Infinity; start inside its constraint, not at its edge/,
  ],
  [
    "a fraction of a step",
    () => fresh().run(random.key(0), 1.5, [data]),
    /Cannot train for 1\.5 steps: expected a non-negative integer/,
  ],
  [
    "a chunk of 0",
    () => fresh().run(random.key(0), 1, [data], { chunk: 0 }),
    /Cannot train with chunk 0: expected a positive integer/,
  ],
  [
    "something that is no key",
    () => fresh().run(0 as unknown as Key, 1, [data]),
    /expected a key as the first argument, such as random\.key\(0\)/,
  ],
  [
    "an observation outside the support",
    () =>
      new SVI(
        () => (param("a", 1), void sample("x", new Exponential(1), { obs: -1 })),
        () => {},
        adam({ lr: 1e-3 }),
      ).run(
        random.key(0),
        1,
      ),
    /site "x".*value has -1.*support/,
  ],
  [
    "a state of another model",
    async () => {
      const other = await new SVI(conjugate, new AutoNormal(conjugate), adam({ lr: 1e-3 })).init(
        random.key(0),
        data,
      );
      await fresh().run(random.key(0), 1, [data], { state: other });
    },
    /Cannot resume: the state is of another model: it lacks "loc", "scale"; it has "mu_auto_loc", "mu_auto_scale", which the model and the guide have not/,
  ],
  [
    "a state of another optimiser",
    async () => {
      const state = await fresh(sgd({ momentum: 0.9 })).init(random.key(0), data);
      await fresh().run(random.key(0), 1, [data], { state });
    },
    /Cannot resume: the optimiser's state is not that of this optimiser and these parameters, expected m, v; resume with the optimiser it was saved from/,
  ],
  ["a state of other shapes", async () => {
    const state = await fresh().init(random.key(0), data);
    await fresh().run(random.key(0), 1, [data], {
      state: { ...state, params: { ...state.params, loc: { data: new Float32Array(2), shape: [2] } } },
    });
  }, /Cannot resume: parameter "loc" has shape \[2\] in the state, expected \[\]/],
  [
    "a parameter without an optimiser",
    () => fresh(perParameter({ loc: adam({ lr: 1e-3 }) })).run(random.key(0), 1, [data]),
    /Cannot optimise parameter "scale": perParameter has no optimiser for it and no default; there are optimisers for loc/,
  ],
];
for (const [what, run, message] of rejects) {
  Deno.test(`SVI throws on ${what}`, async () => {
    await assert.rejects(run(), (error: Error) => {
      assert.match(String(error), message);
      return true;
    });
  });
}

Deno.test("a minibatch plate trains with subsamples drawn anew at each step", async () => {
  const model = (x: Tensor) => {
    const mu = sample("mu", new Normal(0, 2));
    using p = plate("data", 20, { subsampleSize: 5 });
    sample("obs", new Normal(mu, 1), { obs: tf.gather(x, p.indices) });
  };
  const svi = new SVI(
    model,
    new AutoNormal(model),
    adam({ lr: exponentialDecay({ init: 0.1, rate: 0.998 }) }),
    new TraceELBO(),
  );
  const { params } = await svi.run(random.key(0), 2500, [data]);
  close(item(params.mu_auto_loc), exactPosterior().mean, 0.1);
  await svi.release();
});
