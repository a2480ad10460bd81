import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, grad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { engines, isAbsent } from "../../compile/engines.ts";
import { f64, inFloat64, read } from "../../tensor/special/float64.ts";

const transformed = (base: dist.Distribution, ...transforms: dist.Transform[]) =>
  new dist.TransformedDistribution(base, transforms);

/** Continuous distributions, made of a location, a scale, or both; the tensors are float32 or float64. */
const continuous: Record<string, (loc: Tensor, scale: Tensor) => dist.Distribution> = {
  Normal: (loc, scale) => new dist.Normal(loc, scale),
  Laplace: (loc, scale) => new dist.Laplace(loc, scale),
  Cauchy: (loc, scale) => new dist.Cauchy(loc, scale),
  HalfNormal: (_, scale) => new dist.HalfNormal(scale),
  HalfCauchy: (_, scale) => new dist.HalfCauchy(scale),
  LogNormal: (loc, scale) => new dist.LogNormal(loc, scale),
  Exponential: (_, scale) => new dist.Exponential(scale),
  Uniform: (loc, scale) => new dist.Uniform(loc, loc.add(scale)),
  Logistic: (loc, scale) => new dist.Logistic(loc, scale),
  Gumbel: (loc, scale) => new dist.Gumbel(loc, scale),
  SoftLaplace: (loc, scale) => new dist.SoftLaplace(loc, scale),
  AsymmetricLaplace: (loc, scale) => new dist.AsymmetricLaplace(loc, scale, scale.add(0.5)),
  Levy: (loc, scale) => new dist.Levy(loc, scale),
  Weibull: (_, scale) => new dist.Weibull(scale, scale.add(0.5)),
  Pareto: (_, scale) => new dist.Pareto(scale, scale.add(2)),
  LogUniform: (_, scale) => new dist.LogUniform(scale, scale.add(2)),
  Gompertz: (_, scale) => new dist.Gompertz(scale, scale.add(1)),
  Kumaraswamy: (loc, scale) => new dist.Kumaraswamy(scale.add(0.5), loc.abs().add(0.5)),
  "sigmoid of Normal": (loc, scale) => transformed(new dist.Normal(loc, scale), new dist.SigmoidTransform()),
  "softplus of Laplace": (loc, scale) =>
    transformed(new dist.Laplace(loc, scale), new dist.SoftplusTransform()),
  "falling affine of Exponential": (loc, scale) =>
    transformed(new dist.Exponential(scale), new dist.AffineTransform(loc, -2)),
  "negative power of LogNormal": (loc, scale) =>
    transformed(new dist.LogNormal(loc, scale), new dist.PowerTransform(-0.5)),
  "tanh, turned round twice": (loc, scale) =>
    transformed(
      new dist.Normal(loc, scale),
      new dist.AffineTransform(0, -1),
      new dist.ComposeTransform([new dist.TanhTransform(), new dist.AffineTransform(0, -3)]),
    ),
  "logarithm of Exponential": (_, scale) =>
    transformed(new dist.Exponential(scale), dist.inverseOf(new dist.ExpTransform())),
  "expanded Normal": (loc, scale) => new dist.Expanded(new dist.Normal(loc, scale), [1]),
  "masked Normal": (loc, scale) => new dist.Normal(loc, scale).mask(false),
};

/** The ends of supports for location 0 and scale 1, where they are not both infinite. */
const ends: Record<string, [number, number]> = {
  ...Object.fromEntries(
    ["HalfNormal", "HalfCauchy", "LogNormal", "Exponential", "Levy", "Weibull", "Gompertz"].map((
      n,
    ) => [n, [0, Infinity]]),
  ),
  Uniform: [0, 1],
  Kumaraswamy: [0, 1],
  Pareto: [1, Infinity],
  LogUniform: [1, 3],
};

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const parameters = [number(-2, 2), number(0.3, 1.5)] as const;

Deno.test("icdf rises from end to end of the support, also in float32 and in the far tails", async () => {
  const p = tf.tensor1d([0, 1e-30, 1e-9, 1e-4, 0.2, 0.3, 0.5, 0.7, 0.8, 1 - 2 ** -12, 1 - 2 ** -24, 1]);
  for (const [name, make] of Object.entries(continuous)) {
    if (!/^[A-Z]/.test(name)) continue;
    const at = (q: Tensor): Tensor => make(tf.scalar(0), tf.scalar(1)).icdf(q);
    for (const quantiles of [at(p), await compile(at)(p)]) {
      const found = [...quantiles.dataSync()], isAbove = found.every((x, i) => i === 0 || x >= found[i - 1]);
      assert.ok(isAbove, `${name}: ${found}`);
      assert.deepEqual([found[0], found.at(-1)], ends[name] ?? [-Infinity, Infinity], name);
    }
  }
});

for (const [name, make] of Object.entries(continuous)) {
  Deno.test(`${name}: cdf and icdf undo each other, in float32 and float64`, () => {
    fc.assert(
      fc.property(...parameters, number(0.01, 0.99), (loc, scale, p) => {
        const there = (given: (x: number) => Tensor) => {
          const d = make(given(loc), given(scale));
          return d.cdf(d.icdf(given(p)));
        };
        const double = inFloat64(() => read(there(f64)))[0], [single] = there((x) => tf.scalar(x)).dataSync();
        assert.ok(Math.abs(double - p) < 1e-9, `float64: ${p} came back as ${double}`);
        assert.ok(Math.abs(single - p) < 2e-5, `float32: ${p} came back as ${single}`);
      }),
      { numRuns: 25 },
    );
  });

  Deno.test(`${name}: cdf grows by the integral of the density`, () => {
    const probability = number(0.02, 0.98);
    fc.assert(
      fc.property(...parameters, probability, probability, (loc, scale, p, q) =>
        inFloat64(() => {
          const d = name.startsWith("masked")
            ? new dist.Normal(f64(loc), f64(scale))
            : make(f64(loc), f64(scale));
          // Simpson's rule, on cells that are narrow where the density is high.
          const cells = 200, grid = Array.from({ length: cells + 1 }, (_, i) => p + i * (q - p) / cells);
          const x = read(d.icdf(f64(grid))), middle = x.slice(1).map((right, i) => (x[i] + right) / 2);
          const [ends, halfway] = [x, middle].map((points) => read(d.logProb(f64(points))).map(Math.exp));
          const parts = halfway.map((y, i) => (x[i + 1] - x[i]) * (ends[i] + 4 * y + ends[i + 1]) / 6);
          const area = parts.reduce((sum, part) => sum + part, 0),
            [from, to] = read(d.cdf(f64([x[0], x[cells]])));
          assert.ok(Math.abs(area - (to - from)) < 1e-5, `${area}, not ${to - from}`);
        })),
      { numRuns: 10 },
    );
  });

  Deno.test(`${name}: compiled cdf and icdf are the eager ones, and the slope of cdf is the density`, async () => {
    const given = [tf.scalar(0.3), tf.scalar(0.7)] as const, p = tf.tensor1d([0.1, 0.5, 0.8]);
    const both = (q: Tensor, loc: Tensor, scale: Tensor): Tensor[] => {
      const d = make(loc, scale), x = d.icdf(q);
      return [x, d.cdf(x)];
    };
    for (const dtype of ["float32", "float64"] as const) {
      const step = compile(both, { dtype }), found = await step(p, ...given);
      both(p, ...given).forEach((t, i) => near(found[i], [...t.dataSync()], 1e-4));
      await step.release();
    }
    if (name.startsWith("masked")) return;
    const x = make(...given).icdf(p);
    const slope = compile(grad((at: Tensor, a: Tensor, b: Tensor) => make(a, b).cdf(at).sum()));
    near(await slope(x, ...given), [...make(...given).logProb(x).exp().dataSync()], 1e-4);
    await slope.release();
  });
}

function near(found: Tensor, expected: readonly number[], tolerance: number): void {
  const values = [...found.dataSync()];
  assert.equal(values.length, expected.length);
  expected.forEach((y, i) =>
    assert.ok(
      values[i] === y || Math.abs(values[i] - y) <= tolerance * Math.max(1, Math.abs(y)),
      `[${i}]: found ${values[i]}, expected ${y}`,
    )
  );
}

Deno.test("cdf and icdf have the values that SciPy gives", () => {
  const table: [dist.Distribution, number, number][] = [
    [new dist.Normal(0, 1), 1.959963984540054, 0.975],
    [new dist.Normal(1, 2), -3, 0.022750131948179195],
    [new dist.Laplace(1, 2), -1, 0.18393972058572117],
    [new dist.Cauchy(0, 2), 2, 0.75],
    [new dist.HalfNormal(2), 2, 0.6826894921370859],
    [new dist.HalfCauchy(2), 2, 0.5],
    [new dist.LogNormal(0.5, 0.4), 1, 0.10564977366685535],
    [new dist.Exponential(2), 0.5, 0.6321205588285577],
    [new dist.Uniform(-1, 3), 0, 0.25],
  ];
  for (const [d, x, p] of table) {
    near(d.cdf(x), [p], 1e-6);
    near(d.icdf(p), [x], 1e-5);
  }
});

Deno.test("cdf is 0 below the support and 1 above it, icdf at 0 and 1 are its ends", () => {
  const ends: [dist.Distribution, number, number][] = [
    [new dist.Normal(1, 2), -Infinity, Infinity],
    [new dist.HalfNormal(2), 0, Infinity],
    [new dist.LogNormal(0, 1), 0, Infinity],
    [new dist.Exponential(2), 0, Infinity],
    [new dist.Uniform(-1, 3), -1, 3],
    [transformed(new dist.Normal(0, 1), new dist.SigmoidTransform()), 0, 1],
    [transformed(new dist.Normal(0, 1), dist.bijectTo(dist.constraints.interval(-2, 5))), -2, 5],
  ];
  for (const [d, low, high] of ends) {
    near(d.cdf([low - 1, low, high, high + 1]), [0, 0, 1, 1], 0);
    near(d.icdf([0, 1]), [low, high], 1e-6);
  }
});

/** Distributions of one parameter, points, and 0 or 1 beyond the support. */
const beyond: [(p: Tensor) => dist.Distribution, number[], number[]][] = [
  [(l) => new dist.Normal(l, 2), [-Infinity, Infinity], [0, 1]],
  [(l) => new dist.Laplace(l, 2), [-Infinity, Infinity], [0, 1]],
  [(l) => new dist.Cauchy(l, 2), [-Infinity, Infinity], [0, 1]],
  [(l) => new dist.LogNormal(l, 2), [-Infinity, -1, 0, Infinity], [0, 0, 0, 1]],
  [(s) => new dist.HalfNormal(s), [-Infinity, -1, Infinity], [0, 0, 1]],
  [(s) => new dist.HalfCauchy(s), [-Infinity, -1, Infinity], [0, 0, 1]],
  [(r) => new dist.Exponential(r), [-Infinity, -1, Infinity], [0, 0, 1]],
  [(l) => new dist.Uniform(l, 3), [-Infinity, 0, 4, Infinity], [0, 0, 1, 1]],
  [(p) => new dist.Bernoulli(p), [-Infinity, -1, 2, Infinity], [0, 0, 1, 1]],
  [(p) => new dist.Categorical(tf.stack([p, tf.sub(1, p)], -1) as Tensor), [-Infinity, -1, 2, Infinity], [
    0,
    0,
    1,
    1,
  ]],
  [(v) => new dist.Delta(v), [-Infinity, 0, Infinity], [0, 0, 1]],
  [(l) => transformed(new dist.Normal(l, 2), new dist.ExpTransform()), [-Infinity, -1, 0, Infinity], [
    0,
    0,
    0,
    1,
  ]],
  [(l) => transformed(new dist.Normal(l, 2), new dist.SigmoidTransform()), [-1, 0, 1, 2], [0, 0, 1, 1]],
  [
    (l) => transformed(new dist.Normal(l, 2), new dist.ExpTransform(), new dist.AffineTransform(1, -1)),
    [-Infinity, 1, 2],
    [0, 1, 1],
  ],
  [(r) => transformed(new dist.Exponential(r), new dist.PowerTransform(-1)), [-1, 0, Infinity], [0, 0, 1]],
];

for (const engine of [...engines, "tfjs"] as const) {
  Deno.test({
    name: `beyond a support cdf is 0 or 1, beyond [0, 1] icdf is NaN, with derivatives 0, with ${engine}`,
    ignore: isAbsent(engine),
    async fn() {
      const none = tf.tensor([-0.5, 1.5, NaN]) as Tensor, p = tf.scalar(0.5) as Tensor;
      const compiled = dist.withoutValidation(() =>
        compile((p: Tensor, none: Tensor, points: Tensor[]) =>
          beyond.map(([make], i) => {
            const cdf = (x: Tensor, p: Tensor): Tensor => make(p).cdf(x);
            const total = (x: Tensor, p: Tensor): Tensor => cdf(x, p).sum();
            const numbers = points[i].slice([0], [beyond[i][1].length]) as Tensor;
            const slopes = [0, 1].map((argnums) => grad(total, { argnums })(numbers, p) as Tensor);
            return [cdf(points[i], p), ...slopes, make(p).icdf(none)];
          }), { engine })
      );
      const points = beyond.map(([, x]) => tf.tensor([...x, NaN]) as Tensor);
      const found: any[][] = await dist.withoutValidation(() => compiled.arrays(p, none, points));
      found.forEach(([cdf, first, second, icdf], i) => {
        const [make, x, expected] = beyond[i], name = `${make} at ${x}`;
        assert.deepEqual([...cdf.data], [...expected, NaN], name);
        assert.ok(
          [...first.data, ...second.data].every((d) => d === 0),
          `${name}: ${first.data}, ${second.data}`,
        );
        // Categories are whole numbers.
        assert.deepEqual(
          [...icdf.data],
          icdf.data instanceof Int32Array ? [-1, -1, -1] : [NaN, NaN, NaN],
          name,
        );
      });
      await compiled.release();
    },
  });
}

Deno.test("of discrete families cdf adds up the probabilities, and icdf is the least value that reaches them", () => {
  near(
    new dist.Bernoulli([0.25, 0.75]).cdf([[-1], [0], [0.5], [1]]),
    [0, 0, 0.75, 0.25, 0.75, 0.25, 1, 1],
    1e-6,
  );
  near(new dist.Bernoulli({ logits: [0, 2] }).icdf(0.6), [1, 1], 0);
  const d = new dist.Categorical([0.25, 0.25, 0, 0.5]);
  near(d.cdf([-1, 0, 1, 1.5, 2, 3, 9]), [0, 0.25, 0.5, 0.5, 0.5, 1, 1], 1e-6);
  near(d.icdf([0, 0.25, 0.3, 0.5, 0.51, 1]), [0, 0, 1, 1, 3, 3], 0);
  assert.equal(d.icdf(0.5).dtype, "int32");
  near(new dist.Delta([1, 2]).cdf(1), [1, 0], 0);
});

Deno.test("results have the batch shape, and events of several numbers a joint cdf", () => {
  const d = new dist.Normal([0, 1, 2], 1);
  assert.deepEqual([d.cdf(0).shape, d.icdf([[0.2], [0.3]]).shape], [[3], [2, 3]]);
  assert.deepEqual(d.expand([4, 3]).cdf(0).shape, [4, 3]);
  assert.deepEqual(new dist.Expanded(d, [4, 3]).icdf(0.1).shape, [4, 3]);
  const each = [...d.cdf([0, 1, 1]).dataSync()];
  near(d.toEvent(1).cdf([0, 1, 1]), [each[0] * each[1] * each[2]], 1e-6);
});

const mistakes: [string, () => unknown, string][] = [
  [
    "a family without a closed form",
    () => new dist.Stable(1.5, 0).icdf(0.5),
    "Stable has no icdf in closed form; take a quantile of samples instead",
  ],
  [
    "a family of vectors",
    () => new dist.Dirichlet([1, 1]).icdf(0.5),
    "Dirichlet has no icdf in closed form; take a quantile of samples instead",
  ],
  [
    "quantiles of an event",
    () => new dist.Normal([0, 1], 1).toEvent(1).icdf(0.5),
    "Normal made an event by toEvent(1) has no icdf: an event of several numbers has no quantiles; take the icdf of its base",
  ],
  [
    "a transform that is not monotonic",
    () => transformed(new dist.Normal(0, 1), new dist.AbsTransform()).cdf(1),
    "TransformedDistribution has no cdf in closed form; take the share of samples up to the value instead",
  ],
  [
    "a transform of vectors",
    () => transformed(new dist.Normal([0, 1], 1), new dist.Permute([1, 0])).cdf([1, 1]),
    "TransformedDistribution has no cdf in closed form; take the share of samples up to the value instead",
  ],
  [
    "no probability",
    () => new dist.Normal(0, 1).icdf([0.5, 1.2]),
    "Cannot take quantiles of Normal: probability has 1.2 at [1]; expected numbers from 0 to 1",
  ],
  [
    "a shape that does not fit",
    () => new dist.Normal([0, 1], 1).cdf([1, 2, 3]),
    "Cannot take the cdf of Normal: a value of shape [3] does not broadcast with batch shape [2] and event shape []",
  ],
];

for (const [mistake, body, message] of mistakes) {
  Deno.test(`cdf and icdf say what is wrong about ${mistake}`, () => assert.throws(body, { message }));
}

Deno.test("logarithms of a von Mises' tails are right far out, around the end of the circle too", async () => {
  /** The logarithm of the integral between two angles, of the density over its largest there. */
  const logMass = (from: number, to: number, loc: number, kappa: number, steps = 20_000) => {
    const width = (to - from) / steps;
    const logs = Array.from({ length: steps }, (_, i) => kappa * Math.cos(from + (i + 0.5) * width - loc));
    const most = logs.reduce((a, b) => Math.max(a, b));
    return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) * width);
  };
  const rows = [[0, 50, -3], [0, 400, -2], [1, 50, -2.5], [1, 0.5, 2], [-2.5, 400, 1], [2.5, 50, 0], [
    0,
    3,
    1,
  ]];
  const [loc, kappa, x] = [0, 1, 2].map((i) => ({
    data: Float64Array.from(rows, (row) => row[i]),
    shape: [7],
  }));
  const compiled = compile((loc: Tensor, kappa: Tensor, x: Tensor) => {
    const d = new dist.VonMises(loc, kappa);
    return [d.logCdf(x), d.logSurvival(x)];
  }, { engine: "js", dtype: "float64" });
  const [below, above] = await compiled.arrays(loc, kappa, x);
  rows.forEach(([loc, kappa, x], i) => {
    const whole = logMass(-Math.PI, Math.PI, loc, kappa);
    const expected = [logMass(-Math.PI, x, loc, kappa), logMass(x, Math.PI, loc, kappa)].map((log) =>
      log - whole
    );
    [below, above].forEach(({ data }, side) =>
      assert.ok(Math.abs(data[i] - expected[side]) < 1e-4, `${rows[i]}: ${data[i]}, not ${expected[side]}`)
    );
  });
  await compiled.release();
});
