import type { Tensor } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import { type Size, sizeOf } from "../../ir/size.ts";
import * as B from "../../ops/binary.ts";
import { fill, scalar } from "../../ops/constant.ts";
import * as R from "../../ops/reduce.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import * as U from "../../ops/unary.ts";
import { axesOf, counted, float, float32, numeric, registerTraced, v } from "./register.ts";

// Kernels that reduce axes.

registerTraced(
  "Sum",
  ({ x }, { axis, keepDims }) => keep(numeric(x), axesOf(x, axis), keepDims, R.sum),
  counted,
);
registerTraced(
  "Mean",
  ({ x }, { axis, keepDims }) =>
    keep(float(x), axesOf(x, axis), keepDims, (value, axes) => {
      const count = R.count(sizeOf(axes.map((a) => value.shape[a])));
      return B.div(R.sum(value, axes), B.binary(B.Max, count, scalar(1)));
    }),
  float32,
);
registerTraced(
  "Max",
  ({ x }, { reductionIndices, keepDims, shift }) =>
    extreme(x, axesOf(x, reductionIndices), keepDims, (value, axes) => R.max(value, axes, shift)),
);
registerTraced("Min", ({ x }, { axis, keepDims }) => extreme(x, axesOf(x, axis), keepDims, R.min));
registerTraced(
  "Prod",
  ({ x }, { axis, keepDims }) => keep(numeric(x), axesOf(x, axis), keepDims, product),
  counted,
);
for (
  const [kernel, reduce] of [["All", R.min], ["Any", (x: Value, axes: number[]) => R.max(x, axes)]] as const
) {
  registerTraced(kernel, ({ x }, { axis, keepDims }) => extreme(x, axesOf(x, axis), keepDims, reduce));
}
registerTraced("Softmax", ({ logits }, { dim }) => {
  const { exp, total } = normalised(float(logits), S.normalAxis(dim ?? -1, logits.shape.length));
  return B.div(exp, total);
}, float32);
registerTraced("LogSoftmax", ({ logits }, { axis }) => {
  const { shifted, total } = normalised(float(logits), S.normalAxis(axis ?? -1, logits.shape.length));
  return B.sub(shifted, U.log(total));
}, float32);

/** Returns whether an axis has elements in every run. */
const isSome = (size: Size): boolean => typeof size === "number" && size > 0;

/** Reduces to an extreme. Booleans are 0 and 1; of none the largest is 0, the smallest 1. */
function extreme(
  x: Tensor,
  axes: number[],
  keepDims: boolean,
  reduce: (x: Value, axes: number[]) => Value,
): Value {
  const { dtype } = v(x);
  // Booleans as floats, of which engines have vectors.
  const result = keep(dtype === "bool" ? float(x) : numeric(x), axes, keepDims, reduce);
  if (dtype !== "bool") return result;
  const some = B.binary(B.Min, B.binary(B.Max, result, scalar(0)), scalar(1));
  return U.cast(axes.every((a) => isSome(v(x).shape[a])) ? result : some, dtype);
}

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
    const rest = result.shape.toSpliced(axis, 1);
    if (count === 0) {
      result = fill(rest, 1, result.dtype);
      continue;
    }
    result = L.split(result, Array(count).fill(1), axis).map((o) => S.reshape(o, rest)).reduce(B.mul);
  }
  return result;
}

function normalised(x: Value, axis: number): { shifted: Value; exp: Value; total: Value } {
  const column = x.shape.with(axis, 1);
  // The shift cancels out of the result, so no derivative goes through it.
  const shifted = B.sub(x, S.reshape(U.stopGradient(R.max(x, [axis], true)), column));
  const exp = U.exp(shifted);
  return { shifted, exp, total: S.reshape(R.sum(exp, [axis]), column) };
}
