import { broadcastShapes, linalg, sizeOf, special, type Tensor, tf } from "../../tensor/mod.ts";
import type { DType, Graph, Node, Op, Value } from "../ir/graph.ts";
import { type Dims, evaluate, type Size } from "../ir/size.ts";
import * as B from "../ops/binary.ts";
import { Call } from "../ops/call.ts";
import * as X from "../ops/indexing.ts";
import * as F from "../ops/linalg.ts";
import { MatMul } from "../ops/matmul.ts";
import * as R from "../ops/reduce.ts";
import { Scan, type ScanAttrs } from "../ops/scan.ts";
import * as S from "../ops/shape.ts";
import * as L from "../ops/slice.ts";
import * as U from "../ops/unary.ts";
import { Where } from "../ops/where.ts";
import { graphType } from "../trace/tensors.ts";

type Rule<A = any> = (x: Tensor[], attrs: A, size: (s: Size) => number) => Tensor | Tensor[];

/** The rules by operation; loops and calls are run without one. */
export const rules: Map<Op, Rule> = new Map();
function interpreted<A>(op: Op<A>, rule: Rule<A>): void {
  rules.set(op, rule);
}

for (const op of [...B.binaryOps, ...U.unaryOps]) {
  const own = B.tfjsNames[op.name] ?? op.name, name = own[0].toLowerCase() + own.slice(1);
  const run = tf[name as "add"] as (...x: Tensor[]) => Tensor;
  interpreted(op, (x) => run(...x));
}
interpreted(B.ItakuraSaito, ([x, y]) => special.itakuraSaito(x, y));
// tfjs has one of them, with few digits.
for (const op of [U.Lgamma, U.Digamma, U.Erf, U.Erfc]) {
  interpreted(op, ([x]) => special[op.name.toLowerCase() as "erf"](x));
}
// tfjs's own is 0 on wasm for numbers near 0.
interpreted(U.Log1p, ([x]) => special.log1p(x));
// tfjs's sign of NaN is 0, and on wasm that of numbers near 0.
interpreted(U.Sign, ([x]) => {
  const sign = tf.sub(tf.cast(tf.greater(x, 0), x.dtype), tf.cast(tf.less(x, 0), x.dtype));
  return x.dtype === "int32" ? sign : tf.where(tf.isNaN(x), x, sign);
});
// On wasm a maximum with NaN behind is the number before it.
for (const [op, run] of [[B.Max, tf.maximum], [B.Min, tf.minimum]] as const) {
  interpreted(op, ([a, b]) => {
    const extreme = run(a, b);
    return tf.getBackend() !== "wasm" || b.dtype === "int32" ? extreme : tf.where(tf.isNaN(b), b, extreme);
  });
}
for (const op of [U.Identity, U.StopGradient]) interpreted(op, ([x]) => x);
interpreted(Where, ([c, a, b]) => tf.where(c, a, b));
const keepInt = (x: Tensor, run: (y: Tensor) => Tensor): Tensor => run(x).cast(x.dtype as "float32");
// A cast to booleans cuts fractions off first on wasm.
interpreted(
  U.Cast,
  ([x], { to }) => to === "bool" ? tf.notEqual(x, 0) : x.cast(to === "float" ? "float32" : to),
);
interpreted(
  U.Clip,
  ([x], { lo, hi }) => x.dtype === "int32" ? tf.clipByValue(x, lo, hi) : tf.minimum(tf.maximum(x, lo), hi),
);
interpreted(S.Reshape, ([x], { shape }, size) => x.reshape(shape.map(size)));
interpreted(S.Expand, ([x], { shape }, size) => tf.broadcastTo(x, shape.map(size)));
interpreted(S.Transpose, ([x], { perm }) => x.transpose([...perm]));
interpreted(L.Slice, ([x], { begin, size: sizes }, size) => tf.slice(x, begin.map(size), sizes.map(size)));
interpreted(L.Stride, ([x], { axis, begin, end, step }) => {
  const b = x.shape.map((_, i) => i === axis ? begin : 0),
    e = x.shape.map((s, i) => i === axis ? end : s),
    open = step < 0 && end < 0 ? 1 << axis : 0;
  return tf.stridedSlice(x, b, e, x.shape.map((_, i) => i === axis ? step : 1), 0, open);
});
interpreted(L.Reverse, ([x], { axis }) => tf.reverse(x, [axis]));
interpreted(
  L.Pad,
  ([x], { padding, number }, size) =>
    tf.pad(x, padding.map(([before, after]) => [size(before), size(after)]), number),
);
interpreted(L.Concat, (x, { axis }) => tf.concat(x, axis));
interpreted(L.Split, ([x], { axis, sizes }) => tf.split(x, [...sizes], axis));
interpreted(R.ReduceSum, ([x], { axes }) => keepInt(x, (y) => tf.sum(y, [...axes])));
for (const [op, run] of [[R.ReduceMax, tf.max], [R.ReduceMin, tf.min]] as const) {
  interpreted(op, ([x], { axes }) => {
    const rest = x.shape.filter((_, i) => !axes.includes(i));
    // tfjs reads beyond the end.
    if (x.size === 0) return tf.fill(rest, R.ofNothing(op, graphType(x.dtype)), x.dtype as "float32");
    return run(x, [...axes]);
  });
}
interpreted(MatMul, ([a, b], { transposeA, transposeB }) => {
  // Where both have batches that are not the same, tfjs takes them in turn instead of broadcasting.
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const isMixed = [a, b].every(({ shape }) => shape.length > 2 && sizeOf(shape.slice(0, -2)) > 1);
  const wide = (x: Tensor) => isMixed ? tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]) : x;
  return tf.matMul(wide(a), wide(b), transposeA, transposeB);
});
interpreted(F.Cholesky, ([x]) => linalg.withNaNFactors(() => linalg.cholesky(x)));
interpreted(F.CholeskyGradient, ([l, by]) => linalg.choleskyGradient(l, by));
interpreted(F.TriangularSolve, ([x, b], attrs) => linalg.triangularSolve(x, b, attrs));
interpreted(X.Gather, ([x, i], { axis }) => tf.gather(x, i, axis));
interpreted(X.ScatterAdd, ([updates, indices], { axis, shape }, size) => {
  const { there, back } = X.indexedFirst(axis, updates.rank, indices.rank);
  const length = size(shape[axis]), slab = shape.toSpliced(axis, 1).map(size);
  const rows = updates.transpose(there).reshape([indices.size, ...slab]);
  return tf.scatterND(indices.reshape([-1, 1]), rows, [length, ...slab]).transpose(back);
});
interpreted(X.Iota, (_x, { length }, size) => tf.range(0, size(length), 1, "int32"));
// NaN comes before all numbers, which it does not in tfjs.
interpreted(X.ArgMax, ([x], { axis, smallest }) => {
  const marks = tf.isNaN(x), place = smallest ? tf.argMin(x, axis) : tf.argMax(x, axis);
  return tf.where(tf.any(marks, axis), tf.argMax(tf.cast(marks, "int32"), axis), place);
});
interpreted(X.CumSum, ([x], { axis, exclusive, reverse }) => tf.cumsum(x, axis, exclusive, reverse));
interpreted(X.TopK, ([x], { count, smallest }) => {
  const turned = smallest ? tf.neg(x) : x;
  const known = x.dtype === "int32" ? turned : tf.where(tf.isNaN(x), Infinity, turned);
  return tf.topk(known, count).indices;
});

const tfType = (dtype: DType) => dtype === "float" ? "float32" : dtype;

function materialise(value: Value, size: (s: Size) => number): Tensor {
  const shape = value.shape.map(size), constant = value.constant!;
  if ("fill" in constant) return tf.fill(shape, constant.fill, tfType(value.dtype));
  const { data } = constant;
  return tf.tensor(data instanceof Float64Array ? Float32Array.from(data) : data, shape, tfType(value.dtype));
}

/**
 * Runs a graph on tfjs, node by node, and returns its outputs. Used for derivatives of eager
 * functions, and as the oracle for engines.
 *
 * @param inputs values for the graph's inputs
 */
export function interpret(
  graph: Graph,
  inputs: ReadonlyMap<Value, Tensor>,
  dims: Dims = new Map(),
): Tensor[] {
  const size = (s: Size) => evaluate(s, dims);
  const run = (g: Graph, known: Map<Value, Tensor>, outer?: (v: Value) => Tensor): Tensor[] => {
    const get = (value: Value): Tensor => {
      let tensor = known.get(value);
      if (!tensor && value.constant) known.set(value, tensor = materialise(value, size));
      if (!tensor && outer) tensor = outer(value);
      if (!tensor) throw new Error(`Cannot interpret the graph: ${value} has no value`);
      return tensor;
    };
    for (const node of g.nodes) {
      const x = node.inputs.map(get);
      const shapes = node.outputs.map((o) => o.shape.map(size));
      let results: Tensor | Tensor[];
      // Of a length of 1 beside 0, tfjs makes 1 in some operations and 0 in others.
      if (shapes.every((shape) => shape.includes(0))) {
        results = shapes.map((shape, i) => tf.zeros(shape, tfType(node.outputs[i].dtype)));
      } else if (node.op === Scan) results = loop(node as Node<ScanAttrs>, x, get);
      else if (node.op === Call) results = node.attrs.primitive.forward(...x);
      else {
        const rule = rules.get(node.op);
        if (!rule) throw new Error(`Cannot interpret ${node.op.name}: there is no tfjs counterpart`);
        results = rule(x, node.attrs, size);
      }
      const list = Array.isArray(results) ? results : [results];
      node.outputs.forEach((o, i) => known.set(o, list[i]));
    }
    return g.outputs.map(get);
  };
  const loop = (node: Node<ScanAttrs>, x: Tensor[], outer: (v: Value) => Tensor): Tensor[] => {
    const { carries, reverse, collect } = node.attrs, body = node.body!, length = size(node.attrs.length);
    let state = x.slice(0, carries);
    const slices = x.slice(carries).map((s) => tf.unstack(s));
    const collected: Tensor[][] = collect.map(() => Array(length));
    for (let i = 0; i < length; i++) {
      const t = reverse ? length - 1 - i : i;
      const known = new Map<Value, Tensor>();
      body.inputs.forEach((input, j) => known.set(input, j < carries ? state[j] : slices[j - carries][t]));
      const results = run(body, known, outer);
      state = results.slice(0, carries);
      results.slice(carries).forEach((y, j) => collected[j][t] = y);
    }
    return [
      ...state,
      ...collected.map((ys, j) => {
        const { shape, dtype } = node.outputs[carries + j];
        if (length === 0) return tf.zeros(shape.map(size), dtype === "float" ? "float32" : dtype);
        return collect[j] === "stack" ? tf.stack(ys) : ys.reduce((a, b) => tf.add(a, b));
      }),
    ];
  };
  return run(graph, new Map(inputs));
}
