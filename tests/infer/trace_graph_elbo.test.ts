import assert from "node:assert/strict";
import { compile, valueAndGrad, vmap } from "../../lib/compile/mod.ts";
import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { adam, perParameter, sgd, SVI, SVIEnsemble, TraceELBO, TraceGraphELBO } from "../../lib/infer/mod.ts";
import { linear } from "../../lib/nn/mod.ts";
import { type BaselineOptions, module, param, plate, sample, scan } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";
import { close, item } from "./models.ts";

type Elbo = TraceELBO | TraceGraphELBO;
type Guide = (logits: Tensor, baseline?: BaselineOptions) => () => unknown;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logOdds = (logit: number, z: number): number => Math.log(z ? sigmoid(logit) : 1 - sigmoid(logit));
const logNormal = (x: number, m: number): number => -0.5 * (x - m) ** 2 - 0.5 * Math.log(2 * Math.PI);

/** A model and a guide of three bits, with the joint densities of both by hand. */
interface System {
  readonly model: () => void;
  readonly guide: Guide;
  logP(z: readonly number[]): number;
  logQ(z: readonly number[], logits: readonly number[]): number;
}

const logits = [0.3, -0.6, 0.1];

/** Three coins: the second depends on the first, the third on none; each is seen through noise. */
const coins: System = {
  model() {
    const a = sample("a", new Bernoulli(0.4));
    const b = sample("b", new Bernoulli({ logits: a.mul(2).sub(1) }));
    const c = sample("c", new Bernoulli(0.7));
    sample("x", new Normal(b.mul(3), 1), { obs: 2.5 });
    sample("y", new Normal(c.mul(3), 1), { obs: 0.5 });
  },
  guide: (l, baseline) => () => {
    const at = (i: number) => l.slice([i], [1]).reshape([]), infer = { baseline };
    const a = sample("a", new Bernoulli({ logits: at(0) }), { infer });
    sample("b", new Bernoulli({ logits: at(1).add(a) }), { infer });
    sample("c", new Bernoulli({ logits: at(2) }), { infer });
  },
  logP: ([a, b, c]) =>
    Math.log(a ? 0.4 : 0.6) + logOdds(2 * a - 1, b) + Math.log(c ? 0.7 : 0.3) + logNormal(2.5, 3 * b) +
    logNormal(0.5, 3 * c),
  logQ: ([a, b, c], [la, lb, lc]) => logOdds(la, a) + logOdds(lb + a, b) + logOdds(lc, c),
};

/** A hidden Markov model of three steps, whose guide runs in either direction. */
const chain = (reverse: boolean): System => ({
  model() {
    scan(
      (before: Tensor, x: Tensor): [Tensor, null] => {
        const z = sample("z", new Bernoulli({ logits: before.mul(2).sub(1) }));
        sample("x", new Normal(z.mul(2), 1), { obs: x });
        return [z, null];
      },
      tf.scalar(0) as Tensor,
      tf.tensor([2.5, 0.1, 1.8]),
    );
  },
  guide: (l, baseline) => () => {
    scan(
      (before: Tensor, own: Tensor): [Tensor, null] => {
        const z = sample("z", new Bernoulli({ logits: own.add(before) }), { infer: { baseline } });
        return [z, null];
      },
      tf.scalar(0) as Tensor,
      l,
      { reverse },
    );
  },
  logP: (z) =>
    z.reduce(
      (sum, zi, i) => sum + logOdds(2 * (z[i - 1] ?? 0) - 1, zi) + logNormal([2.5, 0.1, 1.8][i], 2 * zi),
      0,
    ),
  logQ: (z, l) =>
    z.reduce((sum, zi, i) => sum + logOdds(l[i] + ((reverse ? z[i + 1] : z[i - 1]) ?? 0), zi), 0),
});

/** The negative ELBO, by a sum over all outcomes. */
function exactLoss({ logP, logQ }: System, at: readonly number[]): number {
  const outcomes = Array.from({ length: 8 }, (_, k) => [k & 1, k >> 1 & 1, k >> 2]);
  return outcomes.reduce((sum, z) => sum + Math.exp(logQ(z, at)) * (logQ(z, at) - logP(z)), 0);
}

/** Its gradient, by differences. */
const exactGradient = (system: System): number[] =>
  logits.map((_, i) => {
    const at = (step: number) => exactLoss(system, logits.with(i, logits[i] + step));
    return (at(1e-5) - at(-1e-5)) / 2e-5;
  });

/** Losses and gradients by the logits, `count` of each, from keys of their own. */
async function estimates(elbo: Elbo, system: System, count: number, baseline?: BaselineOptions) {
  const run = compile((l: Tensor, key: Key) =>
    vmap(
      (l: Tensor, k: Key) =>
        valueAndGrad((given: Tensor) => elbo.loss(k, system.model, system.guide(given, baseline), []))(l),
      { inAxes: [null, 0], size: count },
    )(l, key)
  );
  const { value, grad } = await run(tf.tensor1d(logits), random.key(5));
  await run.release();
  const rows = Array.from({ length: 3 }, (_, i) => tf.slice(grad as Tensor, [0, i], [-1, 1]).dataSync());
  return { losses: (value as Tensor).dataSync(), gradients: rows };
}

function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const n = values.length, mean = Array.from(values).reduce((a, b) => a + b, 0) / n;
  return { mean, variance: Array.from(values).reduce((t, v) => t + (v - mean) ** 2, 0) / (n - 1) };
}

const COUNT = 20_000;
/**
 * Systems, and the variance of the gradient as a share of that of TraceELBO, at most. Against the
 * model's direction a draw has all of the model's costs and part of the guide's, which then no
 * longer offset each other.
 */
const systems: [string, System, number][] = [
  ["coins", coins, 0.75],
  ["a chain with a guide onwards", chain(false), 0.75],
  ["a chain with a guide backwards", chain(true), 1.5],
];

for (const [name, system, share] of systems) {
  Deno.test(`TraceGraphELBO has the exact loss and gradient in expectation: ${name}`, async () => {
    const exact = exactGradient(system);
    const [plain, graph] = [
      await estimates(new TraceELBO(), system, COUNT),
      await estimates(new TraceGraphELBO(), system, COUNT),
    ];
    assert.deepEqual(graph.losses, plain.losses, "the values are those of TraceELBO");
    close(moments(graph.losses).mean, exactLoss(system, logits), 0.05, "loss");
    let [before, after] = [0, 0];
    exact.forEach((expected, i) => {
      const { mean, variance } = moments(graph.gradients[i]);
      close(mean, expected, 4 * Math.sqrt(variance / COUNT), `gradient ${i}`);
      before += moments(plain.gradients[i]).variance;
      after += variance;
    });
    assert.ok(after < share * before, `the variance is ${after}, without Rao-Blackwellisation ${before}`);
  });
}

/** A network without weights that are trained: the baseline is a number. */
const fixed = (value: number): BaselineOptions => ({
  nnBaseline: (x: Tensor) => x.mul(value),
  nnBaselineInput: tf.scalar(1),
});

Deno.test("a baseline near the costs takes variance from the gradient and leaves its mean", async () => {
  const exact = exactGradient(coins), none = await estimates(new TraceGraphELBO(), coins, COUNT);
  for (const baseline of [fixed(-2), { baselineValue: tf.scalar(-2) }]) {
    const { losses, gradients } = await estimates(new TraceGraphELBO(), coins, COUNT, baseline);
    assert.deepEqual(losses, none.losses, "the values do not change");
    let [before, after] = [0, 0];
    exact.forEach((expected, i) => {
      const { mean, variance } = moments(gradients[i]);
      close(mean, expected, 4 * Math.sqrt(variance / COUNT), `gradient ${i}`);
      before += moments(none.gradients[i]).variance;
      after += variance;
    });
    assert.ok(after < 0.5 * before, `the variance is ${after}, without a baseline ${before}`);
  }
});

/** One coin, whose cost is all of the ELBO. */
const coin = () => {
  const z = sample("z", new Bernoulli(0.4));
  sample("x", new Normal(z.mul(3), 1), { obs: 2 });
};
const coinGuide = (baseline: BaselineOptions) => () => {
  const l = param("l", tf.scalar(0));
  sample("z", new Bernoulli({ logits: l }), { infer: { baseline } });
};
const AVERAGE = "__baseline_avg_downstream_cost_";

for (
  const [name, optimiser] of [
    ["adam", adam({ lr: 0.05 })],
    ["perParameter", perParameter({ l: sgd({ lr: 0.1 }) })],
  ] as const
) {
  Deno.test(`the decaying average of costs is Pyro's, whatever the optimiser: ${name}`, async () => {
    const baseline = { useDecayingAvgBaseline: true, baselineBeta: 0.7 };
    const svi = new SVI(coin, coinGuide(baseline), optimiser, new TraceGraphELBO(), { dtype: "float64" });
    const { losses, state } = await svi.run(random.key(3), 20, [], { progress: false });
    const expected = losses.reduce((average, loss) => 0.7 * average + 0.3 * -loss, 0);
    close(state.params[`${AVERAGE}z`].data[0], expected, 1e-12, "average");
    // A training that goes on has the average it had.
    const half = await svi.run(random.key(3), 10, [], { progress: false });
    const rest = await svi.run(random.key(3), 10, [], { progress: false, state: half.state });
    assert.deepEqual(rest.state.params, state.params);
    await svi.release();
  });
}

for (const vectorizeParticles of [false, true]) {
  Deno.test(`particles have one average, of their mean cost: ${vectorizeParticles ? "a plate" : "a loop"}`, async () => {
    const guide = coinGuide({ useDecayingAvgBaseline: true });
    const elbo = new TraceGraphELBO({ numParticles: 5, vectorizeParticles });
    const svi = new SVI(coin, guide, adam({ lr: 0.05 }), elbo, { dtype: "float64" });
    const { losses, state } = await svi.run(random.key(3), 20, [], { progress: false });
    const expected = losses.reduce((average, loss) => 0.9 * average + 0.1 * -loss, 0);
    const { data } = state.params[`${AVERAGE}z`];
    assert.equal(data.length, 1);
    close(data[0], expected, 1e-12, "average");
    await svi.release();
  });
}

Deno.test("members of a plate, steps of a loop and members of an ensemble have averages of their own", async () => {
  const infer = { baseline: { useDecayingAvgBaseline: true } };
  const model = () => {
    using _members = plate("members", 4);
    scan(
      (z: Tensor): [Tensor, null] => [sample("z", new Bernoulli({ logits: z })), null],
      tf.zeros([4]),
      null,
      {
        length: 3,
      },
    );
  };
  const guide = () => {
    const l = param("l", tf.scalar(0));
    using _members = plate("members", 4);
    scan(
      (
        z: Tensor,
      ): [Tensor, null] => [sample("z", new Bernoulli({ logits: z.mul(0).add(l) }), { infer }), null],
      tf.zeros([4]),
      null,
      { length: 3 },
    );
  };
  const ensemble = new SVIEnsemble(model, guide, adam({ lr: 0.05 }), new TraceGraphELBO(), { members: 2 });
  const { params } = await ensemble.run(random.key(0), 50, [], { progress: false });
  assert.deepEqual(params[`${AVERAGE}z`].shape, [2, 3, 4]);
  const averages = params[`${AVERAGE}z`].dataSync();
  assert.equal(new Set(averages).size, averages.length, "no two are the same");
  await ensemble.release();
});

Deno.test("a network learns the costs of its inputs, and its input gets no derivative", async () => {
  const x = tf.tensor1d([0, 3]), net = linear(1, 1);
  const model = () => {
    using _data = plate("data", 2);
    const z = sample("z", new Bernoulli(0.5));
    sample("x", new Normal(z, 1), { obs: x });
  };
  const guide = () => {
    const shift = param("shift", tf.scalar(1)), baseline = module("baseline", net);
    using _data = plate("data", 2);
    const infer = {
      baseline: {
        nnBaseline: (input: Tensor) => baseline(input).squeeze([1]),
        nnBaselineInput: x.mul(shift).expandDims(1),
      },
    };
    sample("z", new Bernoulli({ logits: tf.zeros([2]) }), { infer });
  };
  const svi = new SVI(model, guide, adam({ lr: 0.05 }), new TraceGraphELBO({ numParticles: 50 }));
  const { params } = await svi.run(random.key(0), 1500, [], { progress: false });
  assert.equal(item(params.shift), 1);
  const weight = item(params["baseline.weight"]), bias = item(params["baseline.bias"]);
  [0, 3].forEach((value) => {
    const expected = 0.5 * (logNormal(value, 0) + logNormal(value, 1));
    close(weight * value + bias, expected, 0.1, `baseline of ${value}`);
  });
  await svi.release();
});

Deno.test("all engines give the same gradient", async () => {
  for (const [name, system] of systems) {
    const results: Float32Array[] = [], own = system === coins ? fixed(-1) : undefined;
    for (const engine of [...present, "tfjs"] as const) {
      const run = compile(
        (l: Tensor, key: Key) =>
          valueAndGrad((given: Tensor) =>
            new TraceGraphELBO({ numParticles: 3 }).loss(
              key,
              system.model,
              system.guide(given, own),
              [],
            )
          )(l).grad as Tensor,
        { engine },
      );
      results.push((await run(tf.tensor1d(logits), random.key(2))).dataSync() as Float32Array);
      await run.release();
    }
    for (const other of results.slice(1)) {
      other.forEach((value, i) => close(value, results[0][i], 1e-5, `${name}: gradient ${i}`));
    }
  }
});

const mistakes: [string, BaselineOptions, RegExp][] = [
  [
    "an option that does not exist",
    { useDecayingAverage: true } as BaselineOptions,
    /Cannot use the baseline of site "z": .*"?useDecayingAverage"?/,
  ],
  [
    "a weight of 1",
    { useDecayingAvgBaseline: true, baselineBeta: 1 },
    /^Error: Cannot use the baseline of site "z": baselineBeta is 1, expected a number from 0 up to before 1/,
  ],
  [
    "a network that is no function",
    { nnBaseline: {} as () => Tensor, nnBaselineInput: tf.scalar(1) },
    /^Error: Cannot use the baseline of site "z": nnBaseline is object, expected a function, such as module\("baseline", net\) returns/,
  ],
  [
    "a network without input",
    { nnBaseline: (x: Tensor) => x },
    /^Error: Cannot use the baseline of site "z": nnBaseline has no nnBaselineInput; give it one/,
  ],
  [
    "two baselines",
    { ...fixed(1), baselineValue: tf.scalar(1) },
    /^Error: Cannot use the baseline of site "z": found nnBaseline and baselineValue, expected one of them/,
  ],
  [
    "a baseline of another shape",
    { baselineValue: tf.zeros([2, 1]) },
    /^Error: Cannot use the baseline of site "z": it has shape \[2, 1\], expected one that broadcasts to the site's batch shape \[\]/,
  ],
];
for (const [what, baseline, message] of mistakes) {
  Deno.test(`TraceGraphELBO throws on ${what}`, () => {
    assert.throws(
      () => new TraceGraphELBO().loss(random.key(0), coin, coinGuide(baseline), []),
      (error: Error) => {
        assert.match(String(error), message);
        return true;
      },
    );
  });
}

Deno.test("TraceGraphELBO throws on a network within a scan, on an average over an unknown length, and on no particles", async () => {
  assert.throws(
    () =>
      new TraceGraphELBO().loss(
        random.key(0),
        chain(false).model,
        chain(false).guide(tf.zeros([3]), fixed(1)),
        [],
      ),
    /site is within a scan, where a network sees one step only; use useDecayingAvgBaseline/,
  );
  const model = (x: Tensor) => {
    using _data = plate("data", x.shape[0]);
    sample("x", new Normal(sample("z", new Bernoulli(0.5)), 1), { obs: x });
  };
  const guide = (x: Tensor) => {
    const l = param("l", tf.scalar(0));
    using _data = plate("data", x.shape[0]);
    sample("z", new Bernoulli({ logits: l }), { infer: { baseline: { useDecayingAvgBaseline: true } } });
  };
  const svi = new SVI(model, guide, adam({ lr: 0.1 }), new TraceGraphELBO(), { axes: [["n"]] });
  await assert.rejects(
    svi.init(random.key(0), tf.zeros([3])),
    /decaying average of the costs of site "z": axis 0 of its batch shape is "n", whose length is known at run time only/,
  );
  assert.throws(
    () => new TraceGraphELBO({ numParticles: 0 }),
    /Cannot make TraceGraphELBO: numParticles is 0/,
  );
});
