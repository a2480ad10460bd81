import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../../lib/compile/mod.ts";
import * as dist from "../../../lib/distributions/mod.ts";
import { blockAutoregressive } from "../../../lib/nn/mod.ts";
import { type HostArray, random, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { near } from "../../nn/reference.ts";
import { examined } from "./jacobian.ts";

const { constraints } = dist;
const exp = () => new dist.ExpTransform(), stick = () => new dist.StickBreakingTransform();
const affine = () => new dist.AffineTransform(1, -2), ordered = () => new dist.OrderedTransform();
const wave = (shape: number[], scale = 1): HostArray => ({
  data: Float64Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => scale * Math.sin(1.7 * i + 1),
  ),
  shape,
});

/** Transforms, a shape that they take, and the entries of y that are free (default: all). */
const bijections: [string, () => dist.Transform, number[], number[]?][] = [
  ["Cat of numbers", () => new dist.CatTransform([exp(), affine()], { lengths: [2, 1] }), [3]],
  ["Cat of vectors", () => new dist.CatTransform([stick(), exp()], { lengths: [2, 2] }), [4], [0, 1, 3, 4]],
  ["Cat of rows", () => new dist.CatTransform([ordered(), exp()], { dim: -2, lengths: [1, 2] }), [3, 3]],
  ["Stack of numbers", () => new dist.StackTransform([exp(), affine()]), [2]],
  ["Stack of vectors", () => new dist.StackTransform([ordered(), exp()], { dim: -2 }), [2, 3]],
  ["Stack of columns", () => new dist.StackTransform([ordered(), exp()]), [3, 2]],
  ["Reshape", () => new dist.ReshapeTransform([6], [2, 3]), [6]],
  ["Elu", () => new dist.EluTransform(), []],
  ["LeakyRelu", () => new dist.LeakyReluTransform(), []],
];

for (const [name, make, shape, free] of bijections) {
  for (const engine of ["js", "onnx"] as const) {
    Deno.test(`${name} with ${engine}: its log-determinant is that of the compiled function, and it comes back`, async () => {
      const x = wave(shape), found = await examined(make, x, { free, engine });
      assert.ok(Math.abs(found.logDet - found.expected) < 1e-9, `${found.logDet}, not ${found.expected}`);
      assert.deepEqual(found.x!.shape, shape);
      found.x!.data.forEach((v, i) => assert.ok(Math.abs(v - x.data[i]) < 1e-9));
      assert.deepEqual(make().forwardShape(shape), found.y.shape);
      assert.deepEqual(make().inverseShape(found.y.shape), shape);
      assert.ok(make().codomain.check(found.y.data, found.y.shape));
      // Eagerly, on a batch.
      const batch = tf.tensor(Array.from(x.data), shape).expandDims(0).tile([
        2,
        ...shape.map(() => 1),
      ]) as Tensor;
      const t = make(), y = t.forward(batch);
      near("eager", { data: y.slice([0], [1]).dataSync(), shape: found.y.shape }, nested(found.y), 1e-5);
      assert.deepEqual(y.shape, t.forwardShape(batch.shape));
      assert.deepEqual(
        t.logAbsDetJacobian(batch, y).shape,
        batch.shape.slice(0, batch.rank - t.domain.eventDim),
      );
    });
  }
}

function nested({ data, shape }: HostArray): unknown {
  return (tf.tensor(Array.from(data), shape) as Tensor).arraySync();
}

Deno.test("Cat and Stack say what values they take and give, and which of them they do not", () => {
  const cat = new dist.CatTransform([stick(), exp()], { lengths: [2, 2] });
  assert.equal(cat.domain, constraints.realVector);
  assert.equal(String(cat.codomain), "cat([simplex, positive], -1, [3, 2])");
  const values = [[0.5, 0.25, 0.25, 1, 2], [0.5, 0.5, 0.5, 1, 2], [0.5, 0.25, 0.25, 1, -2]];
  const outside = cat.codomain.outside(tf.tensor(values))!;
  assert.deepEqual([...outside.dataSync()], [0, 1, 1]);
  assert.deepEqual(cat.codomain.violation(values.flat(), [3, 5]), [1]);
  const stacked = new dist.StackTransform([exp(), affine()]);
  assert.equal(String(stacked.codomain), "stack([positive, real], -1)");
  assert.deepEqual(stacked.codomain.violation([1, -1, -1, 1], [2, 2]), [1, 0]);
  assert.deepEqual(stacked.codomain.outside(tf.tensor([[1, -1], [-1, 1]]))!.arraySync(), [[0, 0], [1, 0]]);
  assert.ok(stacked.equals(new dist.StackTransform([exp(), affine()])));
  assert.ok(!stacked.equals(new dist.StackTransform([exp(), exp()])));
  assert.ok(stacked.codomain.isWithin(constraints.stack([constraints.nonNegative, constraints.real])));
  assert.ok(!stacked.codomain.isWithin(constraints.stack([constraints.real, constraints.positive])));
});

Deno.test("a distribution behind Cat scores what lies outside as impossible, with finite gradients", async () => {
  const base = new dist.Normal(tf.zeros([4]), 1).toEvent(1);
  const make = () =>
    new dist.TransformedDistribution(base, new dist.CatTransform([stick(), exp()], { lengths: [2, 2] }));
  const inside = make().sample(random.key(0), [3]);
  assert.deepEqual(inside.shape, [3, 5]);
  assert.ok(make().logProb(inside).dataSync().every(Number.isFinite));
  const scored = compile((v: Tensor) => valueAndGrad((u: Tensor) => make().logProb(u).sum())(v));
  dist.setValidation(false);
  try {
    const { value, grad } = await scored(tf.tensor([[0.5, 0.25, 0.25, 1, -2]]));
    assert.deepEqual([...value.dataSync()], [-Infinity]);
    assert.ok(grad.dataSync().every(Number.isFinite));
  } finally {
    dist.setValidation(true);
    await scored.release();
  }
});

Deno.test("CircularSpline: angles go round, ends meet in value and slope, and densities integrate to 1", async () => {
  const row = (count: number, at: number) => tf.sin(tf.range(0, count).add(at)) as Tensor;
  for (const lambdas of [undefined, row(5, 3)]) {
    const params = { widths: row(5, 0), heights: row(5, 1), derivatives: row(5, 2), lambdas };
    const make = () => new dist.CircularSpline(params, { shift: 2 });
    const x = [-3, -1.2, 0.4, 2.9], y = make().forward(tf.tensor(x));
    make().inverse(y).dataSync().forEach((v, i) => assert.ok(Math.abs(v - x[i]) < 1e-4, `${v}, not ${x[i]}`));
    for (const at of x) {
      const found = await examined(make, { data: Float64Array.of(at), shape: [] });
      assert.ok(Math.abs(found.logDet - found.expected) < 1e-9);
      assert.ok(Math.abs(found.x!.data[0] - at) < 1e-9);
    }
    const turns = tf.tensor(x.map((v) => v + 4 * Math.PI));
    near("turned", { data: make().forward(turns).dataSync(), shape: [4] }, y.arraySync(), 1e-4);
    const ends = tf.tensor([-Math.PI + 1e-6, Math.PI - 1e-6]), after = make().forward(ends);
    const [low, high] = make().logAbsDetJacobian(ends, after).dataSync();
    assert.ok(Math.abs(low - high) < 1e-3, `slopes ${low} and ${high}`);
    const [first, last] = after.dataSync();
    assert.ok(Math.abs(first - last) < 1e-3, `ends ${first} and ${last}`);
    const density = new dist.TransformedDistribution(new dist.Uniform(-Math.PI, Math.PI), make());
    const n = 20_000, grid = tf.range(0, n).add(0.5).mul(2 * Math.PI / n).sub(Math.PI);
    const total = density.logProb(grid).exp().mean().dataSync()[0] * 2 * Math.PI;
    assert.ok(Math.abs(total - 1) < 1e-4, `${total}`);
  }
});

Deno.test("a flow on x moves by what its parameters are given as a batch", () => {
  const u = tf.ones([4, 2, 3]) as Tensor, base = () => new dist.Normal(tf.zeros([3]), 1).toEvent(1);
  const weights = tf.zeros([4, 3, 3]) as Tensor;
  for (const flow of [new dist.Householder(u), new dist.MatrixExponential(weights)]) {
    const d = new dist.TransformedDistribution(base(), flow), draws = d.sample(random.key(0), [2]);
    assert.deepEqual([d.batchShape, draws.shape, d.logProb(draws).shape], [[4], [2, 4, 3], [2, 4]]);
  }
});

Deno.test("transforms throw on parts, parameters and values that do not fit", () => {
  const two = tf.ones([2]) as Tensor, square = [[1, 0], [0, 1]];
  const sylvester = { u: [[1, 2]], r: square, s: square, rDiag: [1, 1], sDiag: [1, 1], bias: [0, 0] };
  const norm = { gamma: [1, 1], beta: [0, 0], movingMean: [0, 0], movingVariance: [1, 1] };
  const table: [() => unknown, string][] = [
    [
      () => new dist.CatTransform([]),
      "Cannot make CatTransform: it has no parts, expected a list of transforms",
    ],
    [
      () => new dist.CatTransform([exp(), exp()], { lengths: [2] }),
      "Cannot make CatTransform: lengths are [2], expected a positive integer for each of 2 parts",
    ],
    [
      () => new dist.StackTransform([exp()], { dim: 0 }),
      "Cannot make StackTransform: dim is 0, expected a negative integer, as axes count from the right",
    ],
    [
      () => new dist.StackTransform([new dist.VectorToLowerCholeskyTransform()]),
      "Cannot make StackTransform: VectorToLowerCholeskyTransform turns elements of 1 axes into elements of 2, " +
      "expected as many",
    ],
    [
      () => new dist.CatTransform([exp(), exp()], { lengths: [2, 2] }).forward(two),
      "Cannot transform with CatTransform: the value has shape [2], expected 4 on axis -1",
    ],
    [
      () => new dist.StackTransform([exp(), exp(), exp()]).inverse(two),
      "Cannot transform with StackTransform: the value has shape [2], expected 3 on axis -1",
    ],
    [
      () => new dist.ReshapeTransform([4], [3]),
      "Cannot make ReshapeTransform: [4] holds 4 entries, [3] 3; expected as many",
    ],
    [
      () => new dist.ReshapeTransform([4], [2, 2]).forward(two),
      "Cannot transform with ReshapeTransform: the value has shape [2], expected [4] at its end",
    ],
    [
      () => new dist.Householder([1, 2]),
      "Cannot make Householder: u has shape [2], expected [..., K, D], a row for each of K reflections",
    ],
    [
      () => new dist.Householder([[1, 2, 3]]).forward(two),
      "Cannot transform with Householder: the value has shape [2], its parameters are for [3]",
    ],
    [
      () => new dist.MatrixExponential([[1, 2]]),
      "Cannot make MatrixExponential: weights has shape [1, 2], expected [..., D, D]",
    ],
    [
      () => new dist.MatrixExponential(square, { iterations: 0 }),
      "Cannot make MatrixExponential: iterations is 0, expected a positive integer",
    ],
    [
      () => new dist.MatrixExponential([[1]]).inverse(two),
      "Cannot transform with MatrixExponential: the value has shape [2], its parameters are for [1]",
    ],
    [
      () => new dist.Sylvester({ ...sylvester, r: [1, 2] }),
      "Cannot make Sylvester: r has shape [2], expected [..., 2, 2]",
    ],
    [
      () => new dist.Sylvester({ ...sylvester, u: [[1, 2, 3]] }),
      "Cannot make Sylvester: u has shape [1, 3], expected [..., K, 2]",
    ],
    [
      () => new dist.Sylvester({ ...sylvester, sDiag: [1] }),
      "Cannot make Sylvester: sDiag has shape [1], expected [..., 2]",
    ],
    [
      () => new dist.Sylvester(sylvester).forward(tf.ones([3])),
      "Cannot transform with Sylvester: the value has shape [3], its parameters are for [2]",
    ],
    [
      () => new dist.BatchNorm({ ...norm, beta: [0] }),
      "Cannot make BatchNorm: beta has shape [1], expected [2]",
    ],
    [
      () => new dist.BatchNorm(norm, { epsilon: -1 }),
      "Cannot make BatchNorm: epsilon is -1, expected a number that is not negative",
    ],
    [
      () => new dist.BatchNorm(norm, { training: true }).inverse(two),
      "Cannot transform with BatchNorm: the value has shape [2], expected a batch of 2 at least",
    ],
    [
      () => new dist.BatchNorm(norm).forward(tf.ones([5, 3])),
      "Cannot transform with BatchNorm: the value has shape [5, 3], its parameters are for [2]",
    ],
    [
      () => new dist.AffineCoupling(1.5, () => []),
      "Cannot make AffineCoupling: splitDim is 1.5, expected a positive integer",
    ],
    [
      () => new dist.AffineCoupling(1, () => [], { dim: 1 }),
      "Cannot make AffineCoupling: dim is 1, expected a negative integer, as axes count from the right",
    ],
    [
      () => new dist.AffineCoupling(1, () => [], { logScaleMinClip: 4 }),
      "Cannot make AffineCoupling: logScaleMinClip is 4, expected less than logScaleMaxClip, 3",
    ],
    [
      () => new dist.AffineCoupling(2, () => []).forward(two),
      "Cannot transform with AffineCoupling: the value has shape [2], expected more than 2 on axis -1",
    ],
    [
      () => new dist.AffineCoupling(1, (x) => [x]).forward(two),
      "Cannot transform with AffineCoupling: the network gave [1], expected [mean, logScale] with 1 on the last axis",
    ],
    [
      () => new dist.NeuralAutoregressive(() => [], { activation: "relu" as "elu" }),
      'Cannot make NeuralAutoregressive: activation is "relu", expected one of sigmoid, tanh, elu, leakyRelu',
    ],
    [
      () => new dist.NeuralAutoregressive((x) => [x, x, x]).forward(two),
      "Cannot transform with NeuralAutoregressive: the network gave [2] and [2] and [2], " +
      "expected three results [..., units, 2]",
    ],
    [
      () => new dist.BlockAutoregressive((x) => [x]).forward(two),
      "Cannot transform with BlockAutoregressive: the network gave [2], " +
      "expected [y, logSlopes] for an input of shape [2]",
    ],
    [
      () => new dist.SplineAutoregressive(() => []).forward(two),
      "Cannot transform with SplineAutoregressive: the network gave 0 results, " +
      "expected widths, heights, slopes and for linear splines lambdas",
    ],
    [
      () => new dist.SplineAutoregressive(() => [], { permutation: [0, 1, 2] }).forward(two),
      "Cannot transform with SplineAutoregressive: the value has shape [2], expected 3 on its last axis",
    ],
    [
      () => new dist.CircularSpline({ widths: two, heights: two, derivatives: tf.ones([1]) }),
      "Cannot make CircularSpline: derivatives has shape [1], expected [2]",
    ],
    [
      () => blockAutoregressive(2, { hiddenFactors: [] }),
      "Cannot make blockAutoregressive: hiddenFactors is [], expected a hidden layer",
    ],
    [
      () => blockAutoregressive(2, { residual: "none" as "gated" }),
      'Cannot make blockAutoregressive: residual is "none", expected "normal" or "gated"',
    ],
    [
      () => blockAutoregressive(2, { activation: "relu" as "elu" }),
      'Cannot make blockAutoregressive: activation is "relu", expected one of sigmoid, tanh, elu, leakyRelu',
    ],
    [
      () => blockAutoregressive(3).apply(blockAutoregressive(3).init(random.key(0)), two),
      "Cannot apply blockAutoregressive: the input has shape [2], expected 3 on its last axis",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});
