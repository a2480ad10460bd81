import { type Tensor, tf } from "../../tensor/mod.ts";
import type { Value } from "../ir/graph.ts";
import { sizeOf, subSizes } from "../ir/size.ts";
import * as B from "../ops/binary.ts";
import { fill, scalar } from "../ops/constant.ts";
import * as X from "../ops/index.ts";
import { matmul } from "../ops/matmul.ts";
import * as R from "../ops/reduce.ts";
import * as S from "../ops/shape.ts";
import * as L from "../ops/slice.ts";
import * as U from "../ops/unary.ts";
import { where } from "../ops/where.ts";
import { callerPlace } from "./caller.ts";
import { activeTrace } from "./context.ts";
import { BACKEND, graphType, infoOf, valueOf } from "./tensors.ts";

// deno-lint-ignore no-explicit-any
type Inputs = Record<string, any>;
// deno-lint-ignore no-explicit-any
type Attrs = Record<string, any>;
type Kernel = (inputs: Inputs, attrs: Attrs) => Value | Value[];

const traced = new Set<string>();

/** Says how calls of a tfjs kernel are recorded. */
export function registerTraced(kernelName: string, kernel: Kernel): void {
  traced.add(kernelName);
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const result = kernel(inputs as Inputs, (attrs ?? {}) as Attrs);
      return Array.isArray(result) ? result.map(infoOf) : infoOf(result);
    },
  });
}

/** The tfjs kernels that can be traced. */
export function tracedKernels(): string[] {
  return [...traced].sort();
}

const v = (tensor: Tensor): Value => valueOf(tensor);
const sizes = (shape: readonly number[]) => activeTrace().sizes(shape);
const axesOf = (x: Tensor, axis: number | number[] | undefined): number[] =>
  tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);

// --- element by element
for (
  const [kernel, op] of Object.entries({
    Add: B.Add,
    Sub: B.Sub,
    Multiply: B.Mul,
    RealDiv: B.Div,
    Maximum: B.Max,
    Minimum: B.Min,
    Pow: B.Pow,
    Mod: B.Mod,
    Greater: B.Greater,
    GreaterEqual: B.GreaterOrEqual,
    Less: B.Less,
    LessEqual: B.LessOrEqual,
    Equal: B.Equal,
    LogicalAnd: B.And,
    LogicalOr: B.Or,
  })
) registerTraced(kernel, ({ a, b }) => B.binary(op, v(a), v(b)));
for (
  const [kernel, op] of Object.entries({
    Neg: U.Neg,
    Exp: U.Exp,
    Log: U.Log,
    Expm1: U.Expm1,
    Log1p: U.Log1p,
    Sqrt: U.Sqrt,
    Abs: U.Abs,
    Sign: U.Sign,
    Reciprocal: U.Reciprocal,
    Sin: U.Sin,
    Cos: U.Cos,
    Tan: U.Tan,
    Asin: U.Asin,
    Acos: U.Acos,
    Atan: U.Atan,
    Sinh: U.Sinh,
    Cosh: U.Cosh,
    Tanh: U.Tanh,
    Asinh: U.Asinh,
    Acosh: U.Acosh,
    Atanh: U.Atanh,
    Sigmoid: U.Sigmoid,
    Softplus: U.Softplus,
    Relu: U.Relu,
    Erf: U.Erf,
    Floor: U.Floor,
    Ceil: U.Ceil,
    Round: U.Round,
    IsNan: U.IsNaN,
    IsInf: U.IsInf,
    LogicalNot: U.Not,
  })
) registerTraced(kernel, ({ x }) => U.unary(op, v(x)));
registerTraced("Identity", ({ x }) => v(x));
registerTraced("NotEqual", ({ a, b }) => U.unary(U.Not, B.equal(v(a), v(b))));
registerTraced("FloorDiv", ({ a, b }) => U.unary(U.Floor, B.div(v(a), v(b))));
registerTraced(
  "IsFinite",
  ({ x }) => U.unary(U.Not, B.binary(B.Or, U.unary(U.IsNaN, v(x)), U.unary(U.IsInf, v(x)))),
);
registerTraced("SquaredDifference", ({ a, b }) => {
  const d = B.sub(v(a), v(b));
  return B.mul(d, d);
});
registerTraced("Square", ({ x }) => B.mul(v(x), v(x)));
registerTraced("Rsqrt", ({ x }) => U.unary(U.Reciprocal, U.unary(U.Sqrt, v(x))));
registerTraced(
  "Step",
  ({ x }, { alpha }) => where(B.binary(B.Greater, v(x), scalar(0)), scalar(1), scalar(alpha ?? 0)),
);
registerTraced("Relu6", ({ x }) => U.clip(v(x), 0, 6));
registerTraced(
  "LeakyRelu",
  ({ x }, { alpha }) => where(B.binary(B.Greater, v(x), scalar(0)), v(x), B.mul(scalar(alpha), v(x))),
);
registerTraced(
  "Elu",
  ({ x }) =>
    where(B.binary(B.Greater, v(x), scalar(0)), v(x), U.unary(U.Expm1, B.binary(B.Min, v(x), scalar(0)))),
);
registerTraced("Selu", ({ x }) => {
  const alpha = 1.6732632423543772, scale = 1.0507009873554805;
  const below = B.mul(scalar(alpha), U.unary(U.Expm1, B.binary(B.Min, v(x), scalar(0))));
  return B.mul(scalar(scale), where(B.binary(B.Greater, v(x), scalar(0)), v(x), below));
});
registerTraced(
  "Prelu",
  ({ x, alpha }) => where(B.binary(B.Greater, v(x), scalar(0)), v(x), B.mul(v(alpha), v(x))),
);
registerTraced("Atan2", ({ a, b }) => {
  // The half plane x > 0 directly; the others by reflection.
  const y = v(a), x = v(b), zero = scalar(0), negative = B.binary(B.Less, x, zero);
  const base = U.unary(U.Atan, B.div(y, where(B.equal(x, zero), scalar(1), x)));
  const side = where(B.binary(B.Less, y, zero), scalar(-1), scalar(1));
  const left = B.add(base, B.mul(side, scalar(Math.PI)));
  const vertical = B.mul(U.unary(U.Sign, y), scalar(Math.PI / 2));
  return where(B.equal(x, zero), vertical, where(negative, left, base));
});
registerTraced(
  "ClipByValue",
  ({ x }, { clipValueMin, clipValueMax }) => U.clip(v(x), clipValueMin, clipValueMax),
);
registerTraced("Cast", ({ x }, { dtype }) => U.cast(v(x), graphType(dtype)));
registerTraced("Select", ({ condition, t, e }) => {
  const c = v(condition), a = v(t);
  const rank = a.shape.length;
  return where(
    c.shape.length === rank ? c : S.reshape(c, [...c.shape, ...Array(rank - c.shape.length).fill(1)]),
    a,
    v(e),
  );
});
registerTraced(
  "AddN",
  (inputs) => (Array.isArray(inputs) ? inputs : Object.values(inputs)).map(v).reduce(B.add),
);

// --- shape
registerTraced(
  "Reshape",
  ({ x }, { shape }) => S.reshape(v(x), sizes(tf.util.inferFromImplicitShape(shape, x.size))),
);
registerTraced("ExpandDims", ({ input }, { dim }) => S.expandDims(v(input), dim));
registerTraced("Transpose", ({ x }, { perm }) => S.transpose(v(x), perm));
registerTraced(
  "Fill",
  (_inputs, { shape, value, dtype }) => fill(sizes(shape), value, graphType(dtype ?? "float32")),
);
registerTraced("ZerosLike", ({ x }) => fill(v(x).shape, 0, v(x).dtype));
registerTraced("OnesLike", ({ x }) => fill(v(x).shape, 1, v(x).dtype));
registerTraced("Tile", ({ x }, { reps }: Attrs) => {
  const value = v(x);
  // An axis of length 1 repeated is a broadcast, also to a symbolic length.
  const wide = value.shape.map((s, i) => s === 1 ? sizes([reps[i]])[0] : s);
  return S.tile(S.expand(value, wide), reps.map((r: number, i: number) => value.shape[i] === 1 ? 1 : r));
});
registerTraced("BroadcastTo", ({ x }, { shape }) => S.expand(v(x), sizes(shape)));
registerTraced("Concat", (inputs, { axis }) => {
  const values = Object.values(inputs).map(v);
  return L.concat(values, S.normalAxis(axis, values[0].shape.length));
});
registerTraced("Pack", (inputs, { axis }) => {
  const values = Object.values(inputs).map(v);
  return L.concat(values.map((x) => S.expandDims(x, axis)), S.normalAxis(axis, values[0].shape.length + 1));
});
registerTraced("Unpack", ({ value }, { axis }) => {
  const x = v(value), at = S.normalAxis(axis, x.shape.length), count = x.shape[at];
  if (typeof count !== "number") {
    throw new Error(`Cannot unstack along an axis of symbolic length ${count}: use scan`);
  }
  const rest = x.shape.filter((_, i) => i !== at);
  return L.split(x, Array(count).fill(1), at).map((o) => S.reshape(o, rest));
});
registerTraced("SplitV", ({ x }, { numOrSizeSplits, axis }) => {
  const value = v(x), at = S.normalAxis(axis, value.shape.length);
  return L.split(value, tf.backend_util.prepareSplitSize(x, numOrSizeSplits, at), at);
});
registerTraced("Slice", ({ x }, { begin, size }) => {
  const value = v(x);
  const at = (typeof begin === "number" ? [begin] : begin as number[]).concat(
    Array(value.shape.length).fill(0),
  ).slice(0, value.shape.length);
  const given: number[] = size === undefined || size === null ? [] : typeof size === "number" ? [size] : size;
  const from = sizes(at);
  return L.slice(
    value,
    from,
    value.shape.map((s, i) =>
      given[i] === undefined || given[i] === -1 ? subSizes(s, from[i]) : sizes([given[i]])[0]
    ),
  );
});
registerTraced("StridedSlice", ({ x }, attrs) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const info = tf.slice_util.sliceInfo(
    x.shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  let value = S.reshape(v(x), v(x).shape);
  info.begin.forEach((b: number, axis: number) => {
    const step = info.strides[axis], e = info.end[axis], length = value.shape[axis];
    if (step === 1) {
      if (b === 0 && e === x.shape[axis]) return;
      value = L.slice(
        value,
        value.shape.map((_, i) => i === axis ? sizes([b])[0] : 0),
        value.shape.map((s, i) => i === axis ? subSizes(sizes([e])[0], sizes([b])[0]) : s),
      );
    } else if (step === -1 && b === x.shape[axis] - 1 && e < 0) value = L.reverse(value, axis);
    else {
      if (typeof length !== "number") {
        throw new Error(`Cannot take every ${step}-th element of an axis of symbolic length ${length}`);
      }
      value = L.stride(value, axis, b, e, step);
    }
  });
  return S.reshape(value, sizes(info.finalShape));
});
registerTraced(
  "Reverse",
  ({ x }, { dims }) => axesOf(x, dims).reduce((value, axis) => L.reverse(value, axis), v(x)),
);
registerTraced(
  "PadV2",
  ({ x }, { paddings, constantValue }) =>
    L.pad(v(x), paddings.map((p: number[]) => sizes(p)), constantValue ?? 0),
);

// --- reductions
registerTraced("Sum", ({ x }, { axis, keepDims }) => keep(v(x), axesOf(x, axis), keepDims, R.sum));
registerTraced("Mean", ({ x }, { axis, keepDims }) =>
  keep(v(x), axesOf(x, axis), keepDims, (value, axes) => {
    const count = sizeOf(axes.map((a) => value.shape[a]));
    // Over an axis of symbolic length the count is only known at run time: sum ones along with it.
    const n = typeof count === "number"
      ? scalar(count)
      : R.sum(fill(axes.map((a) => value.shape[a]), 1), axes.map((_, i) => i));
    return B.div(R.sum(value, axes), n);
  }));
registerTraced(
  "Max",
  ({ x }, { reductionIndices, keepDims }) => keep(v(x), axesOf(x, reductionIndices), keepDims, R.max),
);
registerTraced("Min", ({ x }, { axis, keepDims }) => keep(v(x), axesOf(x, axis), keepDims, R.min));
registerTraced("Prod", ({ x }, { axis, keepDims }) => keep(v(x), axesOf(x, axis), keepDims, product));
registerTraced(
  "All",
  ({ x }, { axis, keepDims }) =>
    keep(
      U.cast(v(x), "int32"),
      axesOf(x, axis),
      keepDims,
      (value, axes) => U.cast(R.min(value, axes), "bool"),
    ),
);
registerTraced(
  "Any",
  ({ x }, { axis, keepDims }) =>
    keep(
      U.cast(v(x), "int32"),
      axesOf(x, axis),
      keepDims,
      (value, axes) => U.cast(R.max(value, axes), "bool"),
    ),
);
registerTraced("ArgMax", ({ x }, { axis }) => X.argMax(v(x), S.normalAxis(axis, x.shape.length)));
registerTraced("ArgMin", ({ x }, { axis }) => X.argMax(v(x), S.normalAxis(axis, x.shape.length), true));
registerTraced(
  "Cumsum",
  ({ x }, { axis, exclusive, reverse }) =>
    X.cumSum(v(x), S.normalAxis(axis, x.shape.length), exclusive, reverse),
);
registerTraced("Softmax", ({ logits }, { dim }) => {
  const { exp, total } = normalised(v(logits), S.normalAxis(dim ?? -1, logits.shape.length));
  return B.div(exp, total);
});
registerTraced("LogSoftmax", ({ logits }, { axis }) => {
  const { shifted, total } = normalised(v(logits), S.normalAxis(axis ?? -1, logits.shape.length));
  return B.sub(shifted, U.log(total));
});

function keep(
  x: Value,
  axes: number[],
  keepDims: boolean,
  reduce: (x: Value, axes: number[]) => Value,
): Value {
  const result = reduce(x, axes);
  return keepDims ? S.reshape(result, x.shape.map((s, i) => axes.includes(i) ? 1 : s)) : result;
}

function product(x: Value, axes: number[]): Value {
  let result = x;
  for (const axis of [...axes].sort((a, b) => b - a)) {
    const count = result.shape[axis];
    if (typeof count !== "number") {
      throw new Error(`Cannot take the product along an axis of symbolic length ${count}`);
    }
    const rest = result.shape.filter((_, i) => i !== axis);
    result = L.split(result, Array(count).fill(1), axis).map((o) => S.reshape(o, rest)).reduce(B.mul);
  }
  return result;
}

function normalised(x: Value, axis: number): { shifted: Value; exp: Value; total: Value } {
  const column = x.shape.map((s, i) => i === axis ? 1 : s);
  // The shift cancels out of the result, so no derivative goes through it.
  const shifted = B.sub(x, S.reshape(U.stopGradient(R.max(x, [axis])), column));
  const exp = U.exp(shifted);
  return { shifted, exp, total: S.reshape(R.sum(exp, [axis]), column) };
}

// --- products, indices
registerTraced(
  "BatchMatMul",
  ({ a, b }, { transposeA, transposeB }) => matmul(v(a), v(b), transposeA, transposeB),
);
registerTraced("_FusedMatMul", ({ a, b, bias }, { transposeA, transposeB, activation }) => {
  if (activation && activation !== "linear") {
    throw new Error(`Cannot trace a fused matMul with activation ${activation}: apply it separately`);
  }
  const result = matmul(v(a), v(b), transposeA, transposeB);
  return bias ? B.add(result, v(bias)) : result;
});
registerTraced("GatherV2", ({ x, indices }, { axis, batchDims }) => {
  if (batchDims) {
    throw new Error(
      `Cannot trace gather with batchDims ${batchDims}: use oneHot, or gather from a flattened tensor`,
    );
  }
  return X.gather(v(x), U.cast(v(indices), "int32"), S.normalAxis(axis, x.shape.length));
});
registerTraced("OneHot", ({ indices }, { depth, onValue, offValue, dtype }) => {
  const hot = X.oneHot(U.cast(v(indices), "int32"), depth);
  const scaled = onValue === 1 && offValue === 0
    ? hot
    : B.add(scalar(offValue), B.mul(hot, scalar(onValue - offValue)));
  return U.cast(scaled, graphType(dtype ?? "float32"));
});
registerTraced("TopK", ({ x }, { k }) => {
  const indices = X.topK(v(x), k);
  return [X.takeAlongLast(v(x), indices), indices];
});
registerTraced("Range", (_inputs, { start, stop, step, dtype }) => {
  const data = Float64Array.from(
    tf.backend_util
      ? Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step)
      : [],
  );
  return fillOrConstant(data, graphType(dtype ?? "float32"));
});
registerTraced(
  "LinSpace",
  (_inputs, { start, stop, num }) =>
    fillOrConstant(
      Float64Array.from(
        { length: num },
        (_, i) => num === 1 ? start : start + i * (stop - start) / (num - 1),
      ),
      "float",
    ),
);

function fillOrConstant(data: Float64Array, dtype: "float" | "int32" | "bool"): Value {
  return X.constantVector(data, dtype);
}
registerTraced("Einsum", (inputs, { equation }) => einsum(equation, Object.values(inputs).map(v)));

/** Two operands at most, as products: axes are brought in line, batched, and summed by one matrix product or a reduction. */
function einsum(equation: string, operands: Value[]): Value {
  const [left, right] = equation.replace(/\s/g, "").split("->");
  const labels = left.split(",").map((l) => [...l]);
  const out = [...right];
  if (labels.some((l) => new Set(l).size < l.length)) {
    throw new Error(`Cannot trace einsum "${equation}": an index is repeated within one operand`);
  }
  const align = (value: Value, own: string[], all: string[]): Value => {
    const order = all.filter((a) => own.includes(a));
    const moved = S.transpose(value, order.map((a) => own.indexOf(a)));
    let at = 0;
    return S.reshape(moved, all.map((a) => own.includes(a) ? moved.shape[at++] : 1));
  };
  const summed = [...new Set(labels.flat())].filter((a) => !out.includes(a));
  if (operands.length === 2) {
    const [a, b] = labels;
    const batch = out.filter((l) => a.includes(l) && b.includes(l)),
      rows = out.filter((l) => a.includes(l) && !b.includes(l));
    const columns = out.filter((l) => !a.includes(l) && b.includes(l)),
      inner = summed.filter((l) => a.includes(l) && b.includes(l));
    const solo = summed.filter((l) => !inner.includes(l));
    if (inner.length > 0 && solo.length === 0) {
      const length = (l: string) =>
        a.includes(l) ? operands[0].shape[a.indexOf(l)] : operands[1].shape[b.indexOf(l)];
      const group = (ls: string[]) => sizeOf(ls.map(length));
      const x = S.reshape(S.transpose(operands[0], [...batch, ...rows, ...inner].map((l) => a.indexOf(l))), [
        ...batch.map(length),
        group(rows),
        group(inner),
      ]);
      const y = S.reshape(
        S.transpose(operands[1], [...batch, ...inner, ...columns].map((l) => b.indexOf(l))),
        [...batch.map(length), group(inner), group(columns)],
      );
      const product = S.reshape(matmul(x, y), [...batch, ...rows, ...columns].map(length));
      const order = [...batch, ...rows, ...columns];
      return S.transpose(product, out.map((l) => order.indexOf(l)));
    }
  }
  const all = [...out, ...summed];
  const aligned = operands.map((o, i) => align(o, labels[i], all)).reduce(B.mul);
  return R.sum(aligned, summed.map((_, i) => out.length + i));
}

// A kernel without a rule above: say which, rather than tfjs's "not registered for backend".
for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
  if (traced.has(kernelName)) continue;
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: () => {
      throw new Error(
        `Cannot lower the tfjs kernel "${kernelName}"${callerPlace()}: it has no counterpart in the graph. ` +
          `Write it with operations that have one, or keep it outside the traced function`,
      );
    },
  });
}
