import assert from "node:assert/strict";
import { tracedKernels } from "../../lib/compile/mod.ts";
import { linalg, special, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { type Case, check, integers, numbers } from "./differentiate.ts";
import { engines, isAbsent } from "./engines.ts";

const x = numbers([2, 3]),
  positive = numbers([2, 3], 0.2, 3),
  unit = numbers([2, 3], -0.9, 0.9),
  y = numbers([2, 3], 0.5, 2, 3);
const one = (
  name: string,
  fn: (x: Tensor) => Tensor,
  input = x,
  rest: Partial<Case> = {},
): [string, Case] => [name, { name, fn, inputs: [input], ...rest }];
const two = (
  name: string,
  fn: (a: Tensor, b: Tensor) => Tensor,
  rest: Partial<Case> = {},
): [string, Case] => [name, { name, fn, inputs: [x, y], ...rest }];
const bool = (a: Tensor, b: Tensor) => [tf.greater(a, 0), tf.less(b, 1)] as const;
const definite = (a: Tensor) => tf.add(tf.matMul(a, a, false, true), tf.eye(a.shape[0])) as Tensor;
const flat = { order: 0 } as const;

/** One case at least for each kernel that can be traced. */
const cases: [kernel: string, Case][] = [
  two("Add", tf.add),
  two("Sub", tf.sub),
  two("Multiply", tf.mul),
  two("RealDiv", tf.div),
  two("Maximum", tf.maximum),
  two("Minimum", tf.minimum),
  ["Pow", { name: "Pow", fn: tf.pow, inputs: [positive, y] }],
  ["ItakuraSaito", { name: "ItakuraSaito", fn: special.itakuraSaito, inputs: [positive, y] }],
  ["Add", { name: "Add of a row", fn: tf.add, inputs: [x, numbers([3])] }],
  ["Multiply", { name: "Multiply of a column", fn: tf.mul, inputs: [x, numbers([2, 1])] }],
  ["RealDiv", { name: "RealDiv by a scalar", fn: tf.div, inputs: [x, numbers([], 1, 2)] }],
  two("SquaredDifference", tf.squaredDifference),
  two("FloorDiv", (a, b) => tf.floorDiv(a, b), flat),
  two("Mod", tf.mod),
  two("Greater", tf.greater, flat),
  two("GreaterEqual", tf.greaterEqual, flat),
  two("Less", tf.less, flat),
  two("LessEqual", tf.lessEqual, flat),
  two("Equal", tf.equal, flat),
  two("NotEqual", tf.notEqual, flat),
  two("LogicalAnd", (a, b) => tf.logicalAnd(...bool(a, b)), flat),
  two("LogicalOr", (a, b) => tf.logicalOr(...bool(a, b)), flat),
  one("LogicalNot", (a) => tf.logicalNot(tf.greater(a, 0)), x, flat),
  one("Neg", tf.neg),
  one("Exp", tf.exp),
  one("Log", tf.log, positive),
  one("Expm1", tf.expm1),
  one("Log1p", tf.log1p, positive),
  one("Sqrt", tf.sqrt, positive),
  one("Rsqrt", tf.rsqrt, positive),
  one("Abs", tf.abs),
  one("Sign", tf.sign, x, flat),
  one("Square", tf.square),
  one("Reciprocal", tf.reciprocal, positive),
  one("Sin", tf.sin),
  one("Cos", tf.cos),
  one("Tan", tf.tan, unit),
  one("Asin", tf.asin, unit),
  one("Acos", tf.acos, unit),
  one("Atan", tf.atan),
  one("Sinh", tf.sinh),
  one("Cosh", tf.cosh),
  one("Tanh", tf.tanh),
  one("Asinh", tf.asinh),
  one("Acosh", tf.acosh, numbers([2, 3], 1.2, 3)),
  one("Atanh", tf.atanh, unit),
  one("Sigmoid", tf.sigmoid),
  one("Softplus", tf.softplus),
  one("Relu", tf.relu),
  one("Relu6", tf.relu6),
  one("Elu", tf.elu),
  one("Selu", tf.selu),
  one("LeakyRelu", (a) => tf.leakyRelu(a, 0.1)),
  two("Prelu", (a, b) => tf.prelu(a, b)),
  one("Step", (a) => tf.step(a, 0.3), x, flat),
  one("Erf", tf.erf),
  one("Erfc", special.erfc),
  one("Lgamma", special.lgamma, positive),
  one("Digamma", special.digamma, positive),
  one("Floor", tf.floor, x, flat),
  one("Ceil", tf.ceil, x, flat),
  one("Round", tf.round, x, flat),
  one("IsNan", (a) => tf.isNaN(tf.log(a)), x, flat),
  one("IsInf", (a) => tf.isInf(tf.div(1, tf.relu(a))), x, flat),
  one("IsFinite", (a) => tf.isFinite(tf.log(a)), x, flat),
  one("ClipByValue", (a) => tf.clipByValue(a, -1, 1)),
  one("Cast", (a) => tf.cast(tf.cast(a, "int32"), "float32"), x, flat),
  one("Identity", (a) => tf.mul(tf.clone(a), a)),
  ["Atan2", { name: "Atan2", fn: tf.atan2, inputs: [x, numbers([2, 3], -2, 2, 5)] }],
  two("Select", (a, b) => tf.where(tf.greater(a, 0), tf.mul(a, b), tf.exp(a))),
  two("AddN", (a, b) => tf.addN([a, tf.mul(a, b), b])),
  one("Reshape", (a) => tf.square(tf.reshape(a, [3, -1]))),
  one("ExpandDims", (a) => tf.square(tf.expandDims(a, -1))),
  one("Transpose", (a) => tf.square(tf.transpose(a))),
  one("Tile", (a) => tf.square(tf.tile(a, [2, 3]))),
  one("BroadcastTo", (a) => tf.square(tf.broadcastTo(a, [4, 2, 3]))),
  one("Fill", (a) => tf.mul(a, tf.fill([2, 3], 2.5))),
  one("ZerosLike", (a) => tf.add(a, tf.zerosLike(a))),
  one("OnesLike", (a) => tf.mul(a, tf.onesLike(a))),
  two("Concat", (a, b) => tf.square(tf.concat([a, b, a], 1))),
  two("Pack", (a, b) => tf.square(tf.stack([a, b], 1))),
  one("Unpack", (a) => tf.unstack(a, 1).reduce((p, q) => tf.mul(p, q))),
  one("SplitV", (a) => tf.mul(...tf.split(a, [1, 1], 0) as [Tensor, Tensor])),
  one("Slice", (a) => tf.square(tf.slice(a, [0, 1], [2, 2]))),
  one("StridedSlice", (a) => tf.square(tf.stridedSlice(a, [0, 2], [2, 0], [1, -1], 0, 2))),
  one("StridedSlice", (a) => tf.square(tf.stridedSlice(a, [0], [5], [2])), numbers([5]), {
    name: "StridedSlice by 2",
  }),
  one("Reverse", (a) => tf.square(tf.reverse(a, 1))),
  one("PadV2", (a) => tf.square(tf.pad(a, [[1, 0], [0, 2]], 1.5))),
  one("Sum", (a) => tf.square(tf.sum(a, 1))),
  one("Mean", (a) => tf.square(tf.mean(a, 0, true))),
  one("Max", (a) => tf.square(tf.max(a, 1))),
  one("Min", (a) => tf.square(tf.min(a))),
  one("Prod", (a) => tf.prod(a, 1)),
  one("All", (a) => tf.all(tf.greater(a, -1), 1), x, flat),
  one("Any", (a) => tf.any(tf.greater(a, 1), 1), x, flat),
  one("ArgMax", (a) => tf.argMax(a, 1), x, flat),
  one("ArgMin", (a) => tf.argMin(a, 0), x, flat),
  one("Cumsum", (a) => tf.square(tf.cumsum(a, 1, true, true))),
  one("Softmax", (a) => tf.square(tf.softmax(a))),
  one("LogSoftmax", (a) => tf.square(tf.logSoftmax(a))),
  ["BatchMatMul", {
    name: "BatchMatMul",
    fn: (a, b) => tf.square(tf.matMul(a, b, true, true)),
    inputs: [numbers([3, 2]), numbers([4, 3])],
  }],
  ["BatchMatMul", {
    name: "BatchMatMul of batches",
    fn: (a, b) => tf.square(tf.matMul(a, b)),
    inputs: [numbers([2, 2, 3]), numbers([2, 3, 2])],
  }],
  ["BatchMatMul", {
    name: "BatchMatMul with a shared matrix",
    fn: (a, b) => tf.square(tf.matMul(a, b)),
    inputs: [numbers([2, 4, 3]), numbers([3, 2])],
  }],
  ["_FusedMatMul", {
    name: "_FusedMatMul",
    fn: (a, b, c) => tf.square(tf.fused.matMul({ a: a as never, b: b as never, bias: c })),
    inputs: [numbers([2, 3]), numbers([3, 4]), numbers([4])],
  }],
  ["GatherV2", {
    name: "GatherV2",
    fn: (a, i) => tf.square(tf.gather(a, i as never, 1)),
    inputs: [x, integers([2, 0, 2, 1])],
  }],
  ["OneHot", {
    name: "OneHot",
    fn: (i) => tf.oneHot(i, 3, 2, -1) as Tensor,
    inputs: [integers([2, 0, 1])],
    order: 0,
  }],
  one("TopK", (a) => tf.square(tf.topk(a, 2).values)),
  one("Range", (a) => tf.mul(a, tf.range(0, 3))),
  one("LinSpace", (a) => tf.mul(a, tf.linspace(0, 1, 3))),
  ["Einsum", {
    name: "Einsum",
    fn: (a, b) => tf.square(tf.einsum("bij,jk->bik", a, b)),
    inputs: [numbers([2, 2, 3]), numbers([3, 2])],
  }],
  ["Cholesky", { name: "Cholesky", fn: (a) => linalg.cholesky(definite(a)), inputs: [numbers([3, 3])] }],
  ["TriangularSolve", {
    name: "TriangularSolve",
    fn: (a, b) => linalg.triangularSolve(definite(a), b),
    inputs: [numbers([3, 3]), numbers([3, 2])],
  }],
  ["Einsum", { name: "Einsum of one", fn: (a) => tf.square(tf.einsum("ij->j", a)), inputs: [x] }],
];

for (const engine of engines) {
  for (const [, kernel] of cases) {
    Deno.test({
      name: `${engine}: ${kernel.name} equals eager, its derivatives equal finite differences`,
      ignore: isAbsent(engine),
      fn: () => check(kernel, engine),
    });
  }
}

Deno.test("every kernel that can be traced has a case", () => {
  const covered = new Set(cases.map(([kernel]) => kernel));
  assert.deepEqual(tracedKernels().filter((k) => !covered.has(k)), []);
});
