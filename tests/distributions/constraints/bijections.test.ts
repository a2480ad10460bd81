import assert from "node:assert/strict";
import * as dist from "../../../lib/distributions/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { examined } from "../transforms/jacobian.ts";

const { constraints } = dist;
const wave = (shape: number[]): HostArray => ({
  data: Float64Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => 1.5 * Math.sin(1.7 * i + 1),
  ),
  shape,
});
const below = (n: number) =>
  Array.from({ length: n * n }, (_, i) => i).filter((i) => i % n < Math.floor(i / n));

/** Constraints, the shape of x, and the free entries of y; undefined: the measure is the surface's. */
const sets: [dist.Constraint, number[], number[] | undefined, number[]][] = [
  [constraints.zeroSum(), [3], undefined, [4]],
  [constraints.zeroSum(2), [2, 3], undefined, [3, 4]],
  [constraints.sphere, [3], undefined, [4]],
  [constraints.positiveOrderedVector, [3], [0, 1, 2], [3]],
  [constraints.orderedSimplex, [3], [0, 1, 2], [4]],
  [constraints.corrMatrix, [6], below(4), [4, 4]],
  [constraints.corrCholesky, [6], below(4), [4, 4]],
  [constraints.unitLowerCholesky, [6], below(4), [4, 4]],
  [constraints.softplusLowerCholesky, [6], [0, 3, 4, 6, 7, 8], [3, 3]],
  [constraints.l1Ball, [4], [0, 1, 2, 3], [4]],
  [constraints.circular, [], [0], []],
  [constraints.cat([constraints.simplex, constraints.positive], -1, [3, 2]), [4], [0, 1, 3, 4], [5]],
  [constraints.stack([constraints.positive, constraints.real]), [2], undefined, [2]],
];

for (const [set, shape, free, image] of sets) {
  Deno.test(`bijectTo(${set}): y lies in it, the inverse leads back, the log-determinant is the Jacobian's`, async () => {
    for (const engine of ["js", "onnx"] as const) {
      const x = wave(shape);
      const found = await examined(() => dist.bijectTo(set), x, {
        free,
        engine,
        isSurface: free === undefined,
      });
      assert.ok(Math.abs(found.logDet - found.expected) < 1e-9, `${found.logDet}, not ${found.expected}`);
      found.x!.data.forEach((v, i) => assert.ok(Math.abs(v - x.data[i]) < 1e-9, `${v}, not ${x.data[i]}`));
      assert.deepEqual(found.y.shape, image);
      assert.ok(set.check(found.y.data, found.y.shape));
      assert.deepEqual(dist.bijectTo(set).forwardShape(shape), image);
      assert.deepEqual(dist.bijectTo(set).inverseShape(image), shape);
    }
  });

  Deno.test(`${set}: on batches eagerly, also by transformTo; NaN and what lies outside are told`, () => {
    for (const t of [dist.bijectTo(set), dist.transformTo(set)]) {
      const given = random.normal(random.key(0), [5, ...t.inverseShape(image)]);
      const y = t.forward(given);
      assert.deepEqual(y.shape, [5, ...image]);
      assert.equal(set.violation(y.dataSync() as Float32Array, y.shape), undefined);
      assert.deepEqual([...set.outside(y)!.dataSync()].filter(Boolean), []);
      const second = tf.tensor([0, 9, 0, 0, 0], [5, ...image.map(() => 1)]), bad = y.sub(second) as Tensor;
      assert.deepEqual(set.violation(bad.dataSync() as Float32Array, bad.shape)?.[0], 1);
      assert.equal(set.outside(bad)!.dataSync().some(Boolean), true);
      const nan = y.mul(NaN) as Tensor;
      assert.notEqual(set.violation(nan.dataSync() as Float32Array, nan.shape), undefined);
    }
    const feasible = set.feasibleLike(tf.zeros(image) as Tensor);
    const whole = tf.broadcastTo(feasible, image);
    assert.ok(set.check(whole.dataSync() as Float32Array, image), `${whole.dataSync()} is not in ${set}`);
  });
}

Deno.test("SimplexToOrderedTransform leads to cut points of the probabilities, and back", async () => {
  const transform = new dist.SimplexToOrderedTransform(0.3), p = tf.tensor([0.2, 0.1, 0.4, 0.3]) as Tensor;
  const cuts = transform.forward(p), found = new dist.OrderedLogistic(0.3, cuts).probs.dataSync();
  const back = new dist.SimplexToOrderedTransform(0.3).inverse(cuts).dataSync();
  p.dataSync().forEach((v, i) => {
    assert.ok(
      Math.abs(found[i] - v) < 1e-6 && Math.abs(back[i] - v) < 1e-6,
      `${found[i]}, ${back[i]}, not ${v}`,
    );
  });
  // The last part follows from the others: the density of cut points, by their own differences.
  const free = wave([3]),
    both = () =>
      new dist.ComposeTransform([new dist.StickBreakingTransform(), new dist.SimplexToOrderedTransform(0.3)]);
  const { logDet, expected } = await examined(both, free, {
    free: [0, 1, 2],
    engine: "js",
    isSurface: false,
  });
  assert.ok(Math.abs(logDet - expected) < 1e-9, `${logDet}, not ${expected}`);
});

Deno.test("new transforms to constraints throw on what they cannot do", () => {
  const table: [() => unknown, string][] = [
    [
      () => new dist.ZeroSumTransform(0),
      "Cannot make ZeroSumTransform: axes is 0, expected a positive integer",
    ],
    [
      () => new dist.ZeroSumTransform(2).forward(tf.ones([3])),
      "Cannot transform with ZeroSumTransform: the value has shape [3], expected 2 axes of 1 entries or more",
    ],
    [
      () => new dist.NormalizeTransform().logAbsDetJacobian(tf.ones([2]), tf.ones([2])),
      "NormalizeTransform has no log |det Jacobian|: it is not one-to-one; use StereographicTransform instead",
    ],
    [
      () => dist.bijectTo(constraints.cat([constraints.positive, constraints.boolean])),
      "Cannot find a transform to the constraint boolean for bijectTo: its values are discrete",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});

Deno.test("NormalizeTransform takes 0 to the first axis, with a finite gradient nearby", () => {
  const t = dist.transformTo(constraints.sphere);
  assert.ok(t instanceof dist.NormalizeTransform);
  assert.deepEqual([...t.forward(tf.zeros([3])).dataSync()], [1, 0, 0]);
});
