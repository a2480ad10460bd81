import assert from "node:assert/strict";
import fc from "fast-check";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { f64, inFloat64, read } from "../../tensor/special/float64.ts";
import { logDet } from "./log_det.ts";

const { constraints } = dist;
const affine = () => new dist.AffineTransform(1, -2);

/** Bijections with the size of the vectors they take (0: numbers) and which entries of y are free. */
const bijections: [string, () => dist.Transform, number, (y: number[]) => number[]][] = [
  ["Exp", () => new dist.ExpTransform(), 0, (y) => y],
  ["Sigmoid", () => new dist.SigmoidTransform(), 0, (y) => y],
  ["Tanh", () => new dist.TanhTransform(), 0, (y) => y],
  ["Softplus", () => new dist.SoftplusTransform(), 0, (y) => y],
  ["Identity", () => new dist.IdentityTransform(), 0, (y) => y],
  ["Affine", affine, 0, (y) => y],
  [
    "Exp then Power",
    () => new dist.ComposeTransform([new dist.ExpTransform(), new dist.PowerTransform(-1.5)]),
    0,
    (y) => y,
  ],
  ["Independent of Exp", () => new dist.IndependentTransform(new dist.ExpTransform(), 1), 3, (y) => y],
  ["StickBreaking", () => new dist.StickBreakingTransform(), 3, (y) => y.slice(0, -1)],
  ["Ordered", () => new dist.OrderedTransform(), 4, (y) => y],
  [
    "Affine then Ordered",
    () => new dist.ComposeTransform([affine(), new dist.OrderedTransform()]),
    4,
    (y) => y,
  ],
  ["vector to LowerCholesky", () => new dist.VectorToLowerCholeskyTransform(), 6, (y) => lower(y, 0)],
  ["CorrCholesky", () => new dist.CorrCholeskyTransform(), 6, (y) => lower(y, -1)],
  [
    "LowerCholeskyAffine",
    () => new dist.LowerCholeskyAffine(f64([1, -2]), f64([[2, 0], [-1, 0.5]])),
    2,
    (y) => y,
  ],
  ["bijectTo(positiveDefinite)", () => dist.bijectTo(constraints.positiveDefinite), 6, (y) => lower(y, 0)],
  ["bijectTo(interval)", () => dist.bijectTo(constraints.interval(-2, 5)), 0, (y) => y],
  ["bijectTo(lessThan)", () => dist.bijectTo(constraints.lessThan(3)), 0, (y) => y],
];

function lower(flat: number[], diagonal: number): number[] {
  const n = Math.sqrt(flat.length);
  return flat.filter((_, i) => (i % n) - Math.floor(i / n) <= diagonal);
}

for (const [name, make, size, free] of bijections) {
  Deno.test(`${name}: inverse undoes forward, y is in the codomain, and the log-determinant is that of the Jacobian`, () => {
    const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
      minLength: size || 1,
      maxLength: size || 1,
    });
    fc.assert(
      fc.property(vector, (x) =>
        inFloat64(() => {
          const given = (values: number[]): Tensor => f64(size ? values : values[0]);
          const at = (values: number[]) => free(read(make().forward(given(values))));
          const y = make().forward(given(x));
          // Another instance: the one that made y remembers x.
          const back = read(make().inverse(y));
          x.forEach((v, i) => assert.ok(Math.abs(back[i] - v) < 1e-7, `x ${x} came back as ${back}`));
          assert.deepEqual(y.shape, make().forwardShape(given(x).shape));
          assert.deepEqual(given(x).shape, make().inverseShape(y.shape));
          assert.ok(make().codomain.check(read(y), y.shape), `y ${read(y)} is not in ${make().codomain}`);
          const h = 1e-5;
          const jacobian = x.map((_, i) => {
            const shift = (by: number) => at(x.map((v, k) => k === i ? v + by : v));
            const up = shift(h), down = shift(-h);
            return up.map((u, k) => (u - down[k]) / (2 * h));
          });
          const found = make().logAbsDetJacobian(given(x), y);
          assert.deepEqual(found.shape, []);
          const expected = logDet(jacobian);
          assert.ok(
            Math.abs(read(found)[0] - expected) < 1e-5,
            `log-determinant ${read(found)[0]}, not ${expected}`,
          );
        })),
      { numRuns: 15 },
    );
  });

  Deno.test(`${name}: works on batches`, () => {
    const x = tf.ones(size ? [5, 2, size] : [5, 2]), y = make().forward(x);
    assert.deepEqual(make().logAbsDetJacobian(x, y).shape, [5, 2]);
    assert.deepEqual(make().inverse(y).shape, x.shape);
  });
}

Deno.test("a transform hands back the very x that gave a y", () => {
  const t = new dist.ExpTransform(), x = tf.tensor1d([1, 2]);
  const y = t.forward(x);
  assert.equal(t.inverse(y), x);
  x.dispose();
  assert.ok(Math.abs(t.inverse(y).dataSync()[1] - 2) < 1e-6, "a disposed x must be computed again");
});

Deno.test("SigmoidTransform and StickBreakingTransform stay finite far out", () => {
  const x = tf.tensor1d([-60, 60]);
  const sigmoid = new dist.SigmoidTransform().logAbsDetJacobian(x, tf.sigmoid(x)).dataSync();
  assert.deepEqual([...sigmoid].map(Math.round), [-60, -60]);
  const stick = new dist.StickBreakingTransform(), wide = tf.tensor1d([-80, 80, -80]);
  assert.ok(Number.isFinite(stick.logAbsDetJacobian(wide, stick.forward(wide)).dataSync()[0]));
});

Deno.test("StickBreakingTransform leads from no number at all to the simplex of one part", () => {
  const stick = new dist.StickBreakingTransform(), whole = stick.forward(tf.zeros([2, 0]));
  assert.deepEqual(whole.arraySync(), [[1], [1]]);
  assert.deepEqual(stick.inverse(tf.ones([2, 1])).shape, [2, 0]);
  assert.deepEqual(stick.logAbsDetJacobian(tf.zeros([2, 0]), whole).arraySync(), [0, 0]);
});

Deno.test("LowerCholeskyTransform ignores the upper triangle", () => {
  const t = new dist.LowerCholeskyTransform();
  const y = t.forward(tf.tensor2d([[0, 9], [2, 1]]));
  assert.deepEqual([...y.dataSync()].map((v) => Math.round(v * 1e4) / 1e4), [1, 0, 2, 2.7183]);
  assert.deepEqual([...new dist.LowerCholeskyTransform().inverse(y).dataSync()].map(Math.round), [
    0,
    0,
    2,
    1,
  ]);
});

Deno.test("transforms are equal when they are the same function", () => {
  assert.ok(new dist.ExpTransform().equals(new dist.ExpTransform()));
  assert.ok(!new dist.ExpTransform().equals(new dist.SigmoidTransform()));
  assert.ok(affine().equals(affine()));
  assert.ok(!affine().equals(new dist.AffineTransform(1, 2)));
  assert.ok(new dist.ComposeTransform([affine()]).equals(new dist.ComposeTransform([affine()])));
  assert.ok(!new dist.ComposeTransform([affine()]).equals(new dist.ComposeTransform([])));
});

Deno.test("bijectTo() reaches every continuous support, and transformTo() the simplex by softmax", () => {
  const families = [
    new dist.Normal(0, 1),
    new dist.Gamma(1, 1),
    new dist.Beta(1, 1),
    new dist.Uniform([0, 1], [2, 3]),
    new dist.Dirichlet([1, 1]),
    new dist.Normal([0, 1], 1).toEvent(1),
  ];
  for (const d of families) {
    const t = dist.bijectTo(d.support);
    const y = t.forward(tf.fill(t.inverseShape(d.shape([3])), 0.7));
    assert.deepEqual(y.shape, d.shape([3]));
    assert.ok(d.support.check(y.dataSync(), y.shape), `${d}`);
    assert.equal(t.domain.eventDim, d.eventShape.length);
  }
  assert.ok(dist.transformTo(constraints.simplex) instanceof dist.SoftmaxTransform);
  assert.ok(dist.transformTo(constraints.positive) instanceof dist.ExpTransform);
});

Deno.test("registerBijection() takes a constraint or a class of constraints, the newest class first", () => {
  class Multiples extends dist.Constraint {
    readonly name = "multiples";
    constructor(readonly of: number) {
      super();
    }
    violation(values: ArrayLike<number>): number[] | undefined {
      return Array.prototype.every.call(values, (x) => x >= 0) ? undefined : [0];
    }
  }
  class Thirds extends Multiples {
    constructor() {
      super(1 / 3);
    }
  }
  const special = new Multiples(5);
  assert.throws(() => dist.bijectTo(special), {
    message: "Cannot find a transform to the constraint multiples for bijectTo: none is registered; " +
      "register one by registerBijection",
  });
  dist.registerBijection(Multiples, (c) => new dist.AffineTransform(0, c.of));
  dist.registerBijection(Thirds, () => new dist.ExpTransform());
  dist.registerBijection(special, () => new dist.SigmoidTransform());
  assert.ok(dist.bijectTo(new Multiples(2)).equals(new dist.AffineTransform(0, 2)));
  assert.ok(dist.bijectTo(new Thirds()) instanceof dist.ExpTransform);
  assert.ok(dist.transformTo(special) instanceof dist.SigmoidTransform);
});

Deno.test("bijectTo() takes the shortest way to bounds", () => {
  const { positive, greaterThan, interval, real } = constraints;
  for (const c of [positive, greaterThan(0)]) assert.ok(dist.bijectTo(c) instanceof dist.ExpTransform);
  assert.ok(dist.bijectTo(interval(0, 1)) instanceof dist.SigmoidTransform);
  assert.ok(dist.bijectTo(real) instanceof dist.IdentityTransform);
  assert.ok(dist.bijectTo(constraints.softplusPositive) instanceof dist.SoftplusTransform);
});
