import assert from "node:assert/strict";
import type { Tensor2D, Tensor3D, Tensor4D, Tensor5D } from "@tensorflow/tfjs";
import { tracedKernels } from "../../lib/compile/mod.ts";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { isProvisioned } from "./provisioned.ts";

type Case = () => Tensor | Tensor[];

const x = () => tf.tensor2d([[0.1, -0.5, 2], [1.5, 0.3, -1]]),
  y = () => tf.tensor2d([[1.2, 0.7, -3], [0.5, -2, 1]]),
  positive = () => tf.tensor2d([[0.1, 0.5, 2], [1.5, 0.3, 40]]),
  unit = () => tf.tensor1d([-1, -0.9, -0.1, 0, 0.4, 1]),
  odd = () => tf.tensor1d([NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, 1.5, 2.5, -0.5, -1.5]),
  ints = () => tf.tensor2d([[3, -7, 2], [0, 5, -4]], [2, 3], "int32"),
  divisors = () => tf.tensor2d([[2, 3, -2], [-5, 4, 3]], [2, 3], "int32"),
  bools = () => tf.tensor2d([[1, 0, 1], [0, 0, 1]], [2, 3], "bool"),
  others = () => tf.tensor1d([1, 1, 0], "bool"),
  ties = () => tf.tensor2d([[2, 5, 5], [1, 1, 0]]),
  none = () => tf.zeros([0, 3]),
  cube = () => tf.reshape(tf.range(0, 24), [2, 3, 4]) as Tensor,
  image = () => tf.reshape(tf.sin(tf.range(0, 32)), [1, 4, 4, 2]) as Tensor4D,
  volume = () => tf.reshape(tf.sin(tf.range(0, 64)), [1, 4, 4, 4, 1]) as Tensor5D,
  filter = () => tf.reshape(tf.cos(tf.range(0, 54)), [3, 3, 2, 3]) as Tensor4D,
  indices = () => tf.tensor1d([1, 0, 1], "int32");

type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;
const over = (fn: Unary, ...inputs: (() => Tensor)[]): Case[] => inputs.map((input) => () => fn(input()));
const floats = (fn: Unary): Case[] => over(fn, x, odd, none);
const arithmetic = (fn: Binary): Case[] => [
  () => fn(x(), y()),
  () => fn(x(), tf.tensor1d([1, 2, 4])),
  () => fn(x(), tf.scalar(2)),
  () => fn(ints(), divisors()),
  () => fn(ints(), x()),
  () => fn(none(), tf.ones([1, 3])),
];
const reduction = (fn: (x: Tensor, axis?: number | number[], keep?: boolean) => Tensor): Case[] => [
  () => fn(x()),
  () => fn(x(), 1),
  () => fn(x(), -1, true),
  () => fn(cube(), [0, 2]),
  () => fn(tf.scalar(3)),
  () => fn(ints(), 0),
  () => fn(x(), []),
];

/** What must be equal on both backends, by the kernel it is about. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  Add: [...arithmetic(tf.add), () => tf.add(bools(), tf.logicalNot(bools())), () => tf.add(bools(), x())],
  Sub: arithmetic(tf.sub),
  Multiply: [...arithmetic(tf.mul), () => tf.mul(bools(), bools()), () => tf.mul(bools(), x())],
  RealDiv: [...arithmetic(tf.div), () => tf.div(x(), 0), () => tf.div(bools(), x())],
  Maximum: [...arithmetic(tf.maximum), () => tf.maximum(odd(), 0), () => tf.maximum(bools(), bools())],
  Minimum: [...arithmetic(tf.minimum), () => tf.minimum(odd(), 0), () => tf.minimum(bools(), bools())],
  Pow: [
    () => tf.pow(positive(), y()),
    () => tf.pow(x(), 2),
    () => tf.pow(x(), 3),
    () => tf.pow(ints(), tf.scalar(2, "int32")),
    () => tf.pow(odd(), 0.5),
  ],
  SquaredDifference: arithmetic(tf.squaredDifference),
  FloorDiv: [() => tf.floorDiv(ints(), divisors()), () => tf.floorDiv(x(), y())],
  Mod: [() => tf.mod(x(), y()), () => tf.mod(ints(), divisors()), () => tf.mod(x(), 2)],
  Greater: [...arithmetic(tf.greater), () => tf.greater(odd(), 0), () => tf.greater(bools(), others())],
  GreaterEqual: [...arithmetic(tf.greaterEqual), () => tf.greaterEqual(bools(), others())],
  Less: [...arithmetic(tf.less), () => tf.less(bools(), others())],
  LessEqual: [...arithmetic(tf.lessEqual), () => tf.lessEqual(bools(), others())],
  Equal: [...arithmetic(tf.equal), () => tf.equal(odd(), odd()), () => tf.equal(bools(), others())],
  NotEqual: [
    ...arithmetic(tf.notEqual),
    () => tf.notEqual(odd(), odd()),
    () => tf.notEqual(bools(), others()),
  ],
  LogicalAnd: [() => tf.logicalAnd(bools(), others())],
  LogicalOr: [() => tf.logicalOr(bools(), others())],
  LogicalNot: [() => tf.logicalNot(bools())],
  Neg: [...floats(tf.neg), () => tf.neg(ints())],
  Exp: [...floats(tf.exp), () => tf.exp(ints())],
  Log: [...floats(tf.log), ...over(tf.log, positive)],
  Expm1: [...floats(tf.expm1), () => tf.expm1(tf.tensor1d([1e-6, -1e-6, 1e-10]))],
  Log1p: [...floats(tf.log1p), () => tf.log1p(tf.tensor1d([1e-6, -1e-6, 1e-10]))],
  Sqrt: [...floats(tf.sqrt)],
  Rsqrt: [...over(tf.rsqrt, positive, odd), () => tf.rsqrt(tf.scalar(4))],
  Abs: [...floats(tf.abs), () => tf.abs(ints())],
  Sign: over(tf.sign, x, ints, none),
  Square: [...floats(tf.square), () => tf.square(ints())],
  Reciprocal: floats(tf.reciprocal),
  Sin: [...floats(tf.sin)],
  Cos: [...floats(tf.cos)],
  Tan: floats(tf.tan),
  Asin: over(tf.asin, unit, odd),
  Acos: over(tf.acos, unit, odd),
  Atan: floats(tf.atan),
  Atan2: [() => tf.atan2(x(), y())],
  Sinh: floats(tf.sinh),
  Cosh: floats(tf.cosh),
  Tanh: [...floats(tf.tanh)],
  Asinh: over(tf.asinh, x, odd),
  Acosh: over(tf.acosh, () => tf.tensor1d([1, 1.5, 40, 0.5])),
  Atanh: over(tf.atanh, unit, odd),
  Sigmoid: [...floats(tf.sigmoid), () => tf.sigmoid(tf.tensor1d([-100, -20, 20, 100]))],
  Softplus: [...over(tf.softplus, x), () => tf.softplus(tf.tensor1d([-100, -20, 20, 100]))],
  Relu: [...over(tf.relu, x, ints)],
  Relu6: over(tf.relu6, x, () => tf.mul(x(), 10)),
  Elu: over(tf.elu, x),
  Selu: over(tf.selu, x),
  LeakyRelu: over((a) => tf.leakyRelu(a, 0.1), x),
  Prelu: [() => tf.prelu(x(), y())],
  Step: [() => tf.step(x(), 0.3), () => tf.step(odd(), 0.3), () => tf.step(x())],
  Erf: over(tf.erf, x, odd),
  Floor: [...over(tf.floor, x, odd)],
  Ceil: [...over(tf.ceil, x, odd)],
  Round: [...over(tf.round, x, odd), () => tf.round(ints())],
  IsNan: over(tf.isNaN, x, odd),
  IsInf: over(tf.isInf, x, odd),
  IsFinite: over(tf.isFinite, x, odd),
  ClipByValue: [
    () => tf.clipByValue(x(), -0.4, 1),
    () => tf.clipByValue(odd(), -1, 1),
    () => tf.clipByValue(ints(), -2, 3),
  ],
  Cast: [
    () => tf.cast(tf.tensor1d([-1.7, -0.2, 0.2, 1.7, 1e6]), "int32"),
    () => tf.cast(odd(), "bool"),
    () => tf.cast(ints(), "bool"),
    () => tf.cast(ints(), "float32"),
    () => tf.cast(bools(), "int32"),
    () => tf.cast(bools(), "float32"),
    () => tf.real(tf.cast(x(), "complex64")),
  ],
  Identity: [() => tf.clone(x()), () => tf.clone(bools())],
  Select: [
    () => tf.where(bools(), x(), y()),
    () => tf.where(bools(), ints(), divisors()),
    () => tf.where<Tensor>(others(), x(), tf.scalar(1)),
    () => tf.where(tf.tensor1d([1, 0], "bool"), tf.tensor1d([1, 2]), tf.tensor1d([3, 4])),
    () => tf.where(bools(), bools(), tf.logicalNot(bools())),
  ],
  AddN: [() => tf.addN([x(), y(), x()]), () => tf.addN([ints(), divisors()])],
  Reshape: [
    () => tf.reshape(x(), [3, -1]),
    () => tf.reshape(bools(), [6]),
    () => tf.reshape(tf.scalar(1), []),
  ],
  ExpandDims: [() => tf.expandDims(x(), -1), () => tf.expandDims(ints(), 0)],
  Transpose: [() => tf.transpose(x()), () => tf.transpose(cube(), [2, 0, 1]), () => tf.transpose(bools())],
  Tile: [() => tf.tile(x(), [2, 3]), () => tf.tile(ints(), [1, 2]), () => tf.tile(bools(), [2, 1])],
  BroadcastTo: [() => tf.broadcastTo(x(), [4, 2, 3]), () => tf.broadcastTo(tf.tensor2d([[1], [2]]), [2, 3])],
  Fill: [
    () => tf.fill([2, 3], 2.5),
    () => tf.fill([2], 3, "int32"),
    () => tf.fill([0], 1),
    () => tf.fill([], 2),
  ],
  ZerosLike: [...over(tf.zerosLike, x, ints, bools)],
  OnesLike: [...over(tf.onesLike, x, ints, bools)],
  Concat: [
    () => tf.concat([x(), y()], 1),
    () => tf.concat([x(), none()], 0),
    () => tf.concat([ints(), ints()], -1),
    () => tf.concat([bools(), bools()], 0),
  ],
  Pack: [
    () => tf.stack([x(), y()], 1),
    () => tf.stack([tf.scalar(1), tf.scalar(2)]),
    () => tf.stack([bools(), bools()], -1),
  ],
  Unpack: [() => tf.unstack(x(), 1), () => tf.unstack(ints()), () => tf.unstack(bools())],
  SplitV: [() => tf.split(x(), [1, 2], 1), () => tf.split(ints(), 3, 1), () => tf.split(bools(), 2)],
  Slice: [
    () => tf.slice(x(), [0, 1], [2, 2]),
    () => tf.slice(cube(), [1], [1]),
    () => tf.slice(ints(), [0, 1], [-1, -1]),
    () => tf.slice(bools(), [1, 0], [1, 3]),
    () => tf.slice(x(), [1, 0], [0, 3]),
  ],
  StridedSlice: [
    () => tf.stridedSlice(x(), [0, 2], [2, 0], [1, -1]),
    () => tf.stridedSlice(x(), [0, 0], [2, 3], [1, 2]),
    () => tf.stridedSlice(x(), [0, 2], [2, 0], [1, -1], 0, 2),
    () => tf.stridedSlice(ints(), [0, 0], [2, 3], [1, 2]),
  ],
  Reverse: [() => tf.reverse(x(), 1), () => tf.reverse(cube(), [0, 2]), () => tf.reverse(ints())],
  PadV2: [
    () => tf.pad(x(), [[1, 0], [0, 2]], 1.5),
    () => tf.pad(ints(), [[1, 0], [0, 2]], 7),
    () => tf.pad(bools(), [[1, 0], [0, 2]]),
    () => tf.pad(x(), [[0, 0], [0, 0]]),
  ],
  Sum: [...reduction(tf.sum), () => tf.sum(bools(), 1), () => tf.sum(none(), 0), () => tf.sum(none())],
  Mean: [...reduction(tf.mean), () => tf.mean(bools(), 1)],
  Max: [...reduction(tf.max), () => tf.max(odd()), () => tf.max(bools(), 1)],
  Min: [...reduction(tf.min), () => tf.min(odd()), () => tf.min(bools(), 1)],
  Prod: [...reduction(tf.prod), () => tf.prod(bools(), 1), () => tf.prod(none(), 0)],
  All: [
    () => tf.all(bools(), 1),
    () => tf.all(bools()),
    () => tf.all(bools(), 0, true),
    () => tf.all(others(), []),
  ],
  Any: [() => tf.any(bools(), 1), () => tf.any(bools()), () => tf.any(bools(), 0, true)],
  ArgMax: [
    () => tf.argMax(x(), 1),
    () => tf.argMax(ties(), -1),
    () => tf.argMax(ints(), 0),
    () => tf.argMax(bools(), 1),
  ],
  ArgMin: [() => tf.argMin(x(), 1), () => tf.argMin(ties(), 1), () => tf.argMin(ints(), 0)],
  Cumsum: [
    () => tf.cumsum(x(), 1),
    () => tf.cumsum(x(), 0, true, true),
    () => tf.cumsum(cube(), 1, true),
    () => tf.cumsum(ints(), 1),
    () => tf.cumsum(bools(), 1),
  ],
  Cumprod: [() => tf.cumprod(x(), 1), () => tf.cumprod(x(), 0, true, true), () => tf.cumprod(cube(), 1)],
  Softmax: [() => tf.softmax(x()), () => tf.softmax(cube())],
  LogSoftmax: [() => tf.logSoftmax(x()), () => tf.logSoftmax(tf.tensor1d([1000, 0, -1000]))],
  BatchMatMul: [
    () => tf.matMul(x(), y(), false, true),
    () => tf.matMul(x(), y(), true),
    () => tf.matMul(cube(), tf.transpose(cube(), [0, 2, 1])),
    () => tf.matMul(cube(), tf.ones([4, 2])),
    () => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])),
    () => tf.matMul(tf.zeros([0, 2]), tf.zeros([2, 3])),
    () => tf.matMul(ints(), divisors(), false, true),
    () => tf.dot(tf.tensor1d([1, 2]), tf.tensor1d([3, 4])),
  ],
  _FusedMatMul: [
    () => tf.fused.matMul({ a: x() as Tensor2D, b: tf.ones([3, 2]), bias: tf.ones([2]), activation: "relu" }),
    () =>
      tf.fused.matMul({
        a: x() as Tensor2D,
        b: y() as Tensor2D,
        transposeB: true,
        activation: "sigmoid",
      }),
    () => tf.fused.matMul({ a: cube() as Tensor3D, b: tf.ones([2, 4, 2]), bias: tf.ones([2]) }),
  ],
  GatherV2: [
    () => tf.gather(x(), indices(), -1),
    () => tf.gather(x(), indices()),
    () => tf.gather(cube(), tf.tensor2d([[2, 0], [1, 1]], [2, 2], "int32"), 1),
    () => tf.gather(ints(), indices(), -1),
    () => tf.gather(bools(), tf.scalar(1, "int32")),
    () => tf.gather(cube(), tf.tensor2d([[2, 0], [1, 1]], [2, 2], "int32"), 1, 1),
  ],
  GatherNd: [() => tf.gatherND(x(), tf.tensor2d([[0, 1], [1, 2]], [2, 2], "int32"))],
  ScatterNd: [
    () => tf.scatterND(tf.tensor2d([[1], [0], [1]], [3, 1], "int32"), tf.tensor1d([5, 6, 7]), [3]),
  ],
  TensorScatterUpdate: [
    () => tf.tensorScatterUpdate(x(), tf.tensor2d([[0, 1]], [1, 2], "int32"), tf.tensor1d([9])),
  ],
  UnsortedSegmentSum: [() => tf.unsortedSegmentSum(x(), tf.tensor1d([1, 1], "int32"), 3)],
  OneHot: [
    () => tf.oneHot(tf.tensor1d([2, 0, 1], "int32"), 3, 2, -1) as Tensor,
    () => tf.oneHot(tf.tensor2d([[2, 0], [-1, 5]], [2, 2], "int32"), 3) as Tensor,
  ],
  TopK: [
    () => Object.values(tf.topk(x(), 2)),
    () => Object.values(tf.topk(ties(), 3)),
    () => Object.values(tf.topk(ints(), 2)),
  ],
  Range: [
    () => tf.range(0, 5),
    () => tf.range(5, 0, -2),
    () => tf.range(0, 4, 1, "int32"),
    () => tf.range(0, 1, 0.25),
  ],
  LinSpace: [() => tf.linspace(0, 1, 5), () => tf.linspace(2, 2, 1)],
  Einsum: [
    () => tf.einsum("ij,kj->ik", x(), y()),
    () => tf.einsum("bij,jk->bik", cube(), tf.ones([4, 2])),
    () => tf.einsum("ij->j", x()),
    () => tf.einsum("ij,ij->", x(), y()),
  ],
  Complex: [
    () => tf.imag(tf.complex(x(), y())),
    () => tf.real(tf.mul(tf.complex(x(), y()), tf.complex(y(), x()))),
  ],
  ComplexAbs: [() => tf.abs(tf.complex(x(), y()))],
  FFT: [() => tf.real(tf.spectral.fft(tf.complex(x(), y()))), () => tf.imag(tf.spectral.rfft(x()))],
  IFFT: [() => tf.real(tf.spectral.ifft(tf.complex(x(), y())))],
  Diag: [() => tf.diag(tf.tensor1d([1, 2, 3]))],
  Bincount: [() => tf.bincount(tf.tensor1d([0, 1, 1], "int32"), tf.tensor1d([]), 3)],
  Unique: [() => Object.values(tf.unique(tf.tensor1d([3, 1, 3, 2, 1])))],
  MirrorPad: [
    () => tf.mirrorPad(x(), [[1, 1], [0, 2]], "reflect"),
    () => tf.mirrorPad(x(), [[1, 1], [0, 2]], "symmetric"),
  ],
  SpaceToBatchND: [() => tf.spaceToBatchND(image(), [2, 2], [[0, 0], [0, 0]])],
  BatchToSpaceND: [
    () => tf.batchToSpaceND(tf.reshape(tf.range(0, 16), [4, 2, 2, 1]), [2, 2], [[0, 0], [0, 0]]),
  ],
  DepthToSpace: [() => tf.depthToSpace(tf.reshape(tf.range(0, 16), [1, 2, 2, 4]) as Tensor4D, 2)],
  Conv2D: [
    () => tf.conv2d(image(), filter(), 1, "same"),
    () => tf.conv2d(image(), filter(), 2, "valid"),
    () => tf.conv1d(tf.reshape(image(), [1, 16, 2]) as Tensor3D, tf.ones([3, 2, 2]), 1, "same"),
  ],
  Conv2DBackpropInput: [() => tf.conv2dTranspose(image(), tf.ones([3, 3, 2, 2]), [1, 8, 8, 2], 2, "same")],
  Conv2DBackpropFilter: [
    () => tf.grad((w: Tensor) => tf.sum(tf.square(tf.conv2d(image(), w as Tensor4D, 1, "same"))))(filter()),
  ],
  FusedConv2D: [
    () =>
      tf.fused.conv2d({
        x: image(),
        filter: filter(),
        strides: 1,
        pad: "same",
        bias: tf.ones([3]),
        activation: "relu",
      }),
  ],
  DepthwiseConv2dNative: [() => tf.depthwiseConv2d(image(), tf.ones([3, 3, 2, 1]), 1, "same")],
  DepthwiseConv2dNativeBackpropFilter: [
    () =>
      tf.grad((w: Tensor) => tf.sum(tf.square(tf.depthwiseConv2d(image(), w as Tensor4D, 1, "same"))))(
        tf.ones([3, 3, 2, 1]),
      ),
  ],
  FusedDepthwiseConv2D: [
    () =>
      tf.fused.depthwiseConv2d({
        x: image(),
        filter: tf.ones([3, 3, 2, 1]),
        strides: 1,
        pad: "same",
        activation: "relu6",
      }),
  ],
  Conv3D: [() => tf.conv3d(volume(), tf.ones([2, 2, 2, 1, 2]), 1, "same")],
  MaxPool: [() => tf.maxPool(image(), 2, 2, "same"), () => tf.maxPool(image(), 3, 1, "valid")],
  MaxPoolGrad: [
    () => tf.grad((i: Tensor) => tf.sum(tf.square(tf.maxPool(i as Tensor4D, 2, 2, "same"))))(image()),
  ],
  AvgPool: [() => tf.avgPool(image(), 2, 2, "valid")],
  AvgPoolGrad: [
    () => tf.grad((i: Tensor) => tf.sum(tf.square(tf.avgPool(i as Tensor4D, 2, 2, "same"))))(image()),
  ],
  MaxPool3D: [() => tf.maxPool3d(volume(), 2, 2, "valid")],
  AvgPool3D: [() => tf.avgPool3d(volume(), 2, 2, "valid")],
  FusedBatchNorm: [
    () => tf.batchNorm(image(), tf.tensor1d([0.1, 0.2]), tf.tensor1d([1, 2]), tf.ones([2]), tf.ones([2])),
  ],
  LRN: [() => tf.localResponseNormalization(image())],
  ResizeBilinear: [
    () => tf.image.resizeBilinear(image(), [8, 8]),
    () => tf.image.resizeBilinear(image(), [3, 5], true),
  ],
  ResizeNearestNeighbor: [() => tf.image.resizeNearestNeighbor(image(), [8, 8])],
  CropAndResize: [
    () => tf.image.cropAndResize(image(), tf.tensor2d([[0, 0, 0.5, 0.5]]), tf.tensor1d([0], "int32"), [2, 2]),
  ],
  FlipLeftRight: [() => tf.image.flipLeftRight(image())],
  SparseToDense: [
    () => tf.sparseToDense(tf.tensor1d([1, 3], "int32"), tf.tensor1d([5, 6]), [4], tf.scalar(0)),
  ],
  EluGrad: [() => tf.grad((a: Tensor) => tf.sum(tf.elu(a)))(x())],
};

const on = async (
  backend: string,
  fn: Case,
): Promise<{ dtype: string; shape: number[]; values: number[] }[]> => {
  await chooseBackend(backend);
  return tf.tidy(() =>
    [fn()].flat().map((t) => ({
      dtype: t.dtype,
      shape: t.shape,
      values: Array.from(t.dataSync() as Float32Array),
    })) as never
  );
};

/** Equal up to the rounding of float32; NaN equals NaN. */
const near = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(a), Math.abs(b));

for (const [kernel, all] of Object.entries(cases)) {
  Deno.test({
    name: `tensorflow: ${kernel} equals cpu`,
    ignore: !isProvisioned,
    fn: async () => {
      try {
        for (const [i, fn] of all.entries()) {
          const wanted = await on("cpu", fn), found = await on("tensorflow", fn), where = `case ${i}: ${fn}`;
          assert.deepEqual(
            found.map(({ dtype, shape }) => [dtype, shape]),
            wanted.map(({ dtype, shape }) => [dtype, shape]),
            where,
          );
          found.forEach(({ values }, j) => {
            const bad = values.findIndex((value, k) => !near(value, wanted[j].values[k]));
            assert.equal(
              bad,
              -1,
              `${where}: element ${bad} is ${values[bad]}, expected ${wanted[j].values[bad]}`,
            );
          });
        }
      } finally {
        await chooseBackend("cpu");
      }
    },
  });
}

Deno.test("every kernel that the library uses is held against cpu's", () => {
  const missing = tracedKernels().filter((kernel) => !Object.hasOwn(cases, kernel));
  // Those of graphs alone: eagerly they are composed of others.
  assert.deepEqual(missing, ["Cholesky", "Digamma", "Erfc", "ItakuraSaito", "Lgamma", "TriangularSolve"]);
});

Deno.test({
  name: "tensorflow: every kernel that the library uses and cpu has is registered",
  ignore: !isProvisioned,
  fn: async () => {
    await chooseBackend("tensorflow");
    await chooseBackend("cpu");
    const names = (backend: string) =>
      new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
    const cpu = names("cpu"), tensorflow = names("tensorflow");
    assert.deepEqual(tracedKernels().filter((kernel) => cpu.has(kernel) && !tensorflow.has(kernel)), []);
  },
});
