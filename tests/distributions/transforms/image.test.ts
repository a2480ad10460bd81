import assert from "node:assert/strict";
import fc from "fast-check";
import { compile } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { random, type Tensor, tf } from "../../../lib/tensor/mod.ts";

const { constraints } = dist;
const transformed = (base: dist.Distribution, ...transforms: dist.Transform[]) =>
  new dist.TransformedDistribution(base, transforms);
const affine = (loc: number, scale: number) => new dist.AffineTransform(loc, scale);
const exp = new dist.ExpTransform(), sigmoid = new dist.SigmoidTransform();

const supports: [string, dist.Distribution, string][] = [
  ["shifted", transformed(new dist.Beta(5, 5), affine(1, 1)), "interval(1, 2)"],
  ["mirrored", transformed(new dist.Beta(5, 5), affine(1, -3)), "interval(-2, 1)"],
  ["a half line, mirrored", transformed(new dist.HalfNormal(1), affine(2, -1)), "lessThanEq(2)"],
  ["an open half line", transformed(new dist.LogNormal(0, 1), affine(-1, 2)), "greaterThan(-1)"],
  ["all numbers", transformed(new dist.Normal(0, 1), affine(1, 2)), "real"],
  ["a chain", transformed(new dist.Beta(1, 1), affine(0, 2), affine(1, -1)), "interval(-1, 1)"],
  [
    "a composition",
    transformed(new dist.Normal(0, 1), new dist.ComposeTransform([sigmoid, affine(2, -3)])),
    "interval(-1, 2)",
  ],
  ["exponentials from 1 on", transformed(new dist.Gamma(2, 1), exp), "greaterThanEq(1)"],
  ["exponentials of an interval", transformed(new dist.Uniform(0, Math.LN2), exp), "interval(1, 2)"],
  ["all exponentials", transformed(new dist.Normal(0, 1), exp), "positive"],
  ["a logarithm", transformed(new dist.Uniform(1, Math.E), dist.inverseOf(exp)), "unitInterval"],
  ["a logarithm of all", transformed(new dist.Exponential(1), dist.inverseOf(exp)), "real"],
  ["sigmoids of a half line", transformed(new dist.HalfNormal(1), sigmoid), "interval(0.5, 1)"],
  ["all sigmoids", transformed(new dist.Normal(0, 1), sigmoid), "unitInterval"],
  ["tanh of a half line", transformed(new dist.HalfNormal(1), new dist.TanhTransform()), "unitInterval"],
  ["falling powers", transformed(new dist.Uniform(1, 2), new dist.PowerTransform(-2)), "interval(0.25, 1)"],
  ["powers of all", transformed(new dist.LogNormal(0, 1), new dist.PowerTransform(-0.5)), "positive"],
  ["roots from 0 on", transformed(new dist.Uniform(0, 4), new dist.PowerTransform(0.5)), "interval(0, 2)"],
  [
    "vectors",
    transformed(new dist.Beta([1, 2], 1).toEvent(1), affine(1, 1)),
    "independent(interval(1, 2), 1)",
  ],
  [
    "more event axes",
    transformed(new dist.Beta([1, 2], 1), new dist.IndependentTransform(affine(1, 1), 1)),
    "independent(interval(1, 2), 1)",
  ],
  [
    "a simplex, scaled",
    transformed(new dist.Dirichlet([1, 1]), affine(0, 2)),
    "image(simplex, AffineTransform)",
  ],
  ["counts", transformed(new dist.Poisson(3), affine(1, 2)), "image(nonNegativeInteger, AffineTransform)"],
];
for (const [name, d, expected] of supports) {
  Deno.test(`the support of ${name} keeps the bounds of its base`, () => {
    assert.equal(String(d.support), expected);
    const draws = d.sample(random.key(1), [200]);
    assert.ok(d.support.check(draws.dataSync(), draws.shape));
    if (d.isDiscrete) return;
    // One-to-one from unconstrained numbers, and back.
    const bijection = dist.bijectTo(d.support), free = bijection.inverse(draws.slice(0, 5));
    assert.deepEqual(bijection.forward(free.clone()).shape, [5, ...d.shape()]);
    const outside = d.support.outside(draws);
    assert.ok(!outside || outside.any().dataSync()[0] === 0);
  });
}

Deno.test("an affine transform has a domain, which its codomain follows", () => {
  const { positive, unitInterval, interval } = constraints;
  const codomain = (scale: number, domain?: dist.Constraint) =>
    String(new dist.AffineTransform(1, scale, { domain }).codomain);
  assert.deepEqual(
    [
      codomain(2),
      codomain(2, positive),
      codomain(-2, positive),
      codomain(2, unitInterval),
      codomain(-2, interval(1, 3)),
    ],
    ["real", "greaterThan(1)", "lessThan(1)", "interval(1, 3)", "interval(-5, -1)"],
  );
  assert.throws(
    () => new dist.AffineTransform(0, 1, { domian: positive } as object),
    /no option "domian".*domain/,
  );
});

Deno.test("the unconstrained numbers behind a value are the same whether the sign of a scale is known or not", async () => {
  const bases = {
    Beta: new dist.Beta(2, 3),
    HalfNormal: new dist.HalfNormal(1),
    LogNormal: new dist.LogNormal(0, 1),
  };
  for (const [name, base] of Object.entries(bases)) {
    for (const scale of [2, -0.5]) {
      const known = transformed(base, affine(1, scale)), x = known.sample(random.key(0), [4]);
      const through = (d: dist.Distribution, y: Tensor) => dist.bijectTo(d.support).inverse(y.clone());
      const traced = compile((factor: Tensor, y: Tensor) =>
        through(transformed(base, new dist.AffineTransform(1, factor)), y)
      );
      const found = (await traced(tf.scalar(scale), x)).dataSync();
      through(known, x).dataSync().forEach((e, i) =>
        assert.ok(Math.abs(found[i] - e) < 1e-4, `${name}: ${found[i]}, not ${e}`)
      );
      await traced.release();
    }
  }
  const mixed = transformed(new dist.Exponential([1, 1]), new dist.AffineTransform([0, 1], [2, -2]));
  const y = dist.bijectTo(mixed.support).forward(tf.tensor1d([-1, 3]));
  assert.ok(mixed.support.check(y.dataSync(), y.shape) && !mixed.support.check([1, 2], [2]));
});

Deno.test("draws at the very bounds pass the check of their own distribution", () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(number(-10, 10), number(-3, 3), (loc, scale) => {
      if (Math.abs(scale) < 1e-3) return;
      const d = transformed(new dist.Beta(0.01, 0.01), affine(loc, scale));
      assert.ok(d.logProb(d.sample(random.key(0), [50])).isNaN().any().dataSync()[0] === 0);
      const ends = transformed(new dist.Uniform(0, 1), affine(loc, scale)).logProb(
        tf.tensor1d([0, 1]).mul(scale).add(loc),
      );
      assert.equal(ends.shape[0], 2);
    }),
    { numRuns: 30 },
  );
});

Deno.test("numbers that float32 rounds beyond a bound lie on it", () => {
  assert.ok(constraints.interval(0.1, 0.4).check(Float32Array.of(0.1, 0.4), [2]));
  assert.ok(!constraints.interval(0.1, 0.4).check([0.0999, 0.2], [2]));
  assert.ok(!constraints.greaterThan(0).check([0], [1]));
});
