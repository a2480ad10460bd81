import type { Value } from "../../ir/graph.ts";
import { sizeOf } from "../../ir/size.ts";
import * as B from "../../ops/binary.ts";
import { fill, scalar } from "../../ops/constant.ts";
import * as R from "../../ops/reduce.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import * as U from "../../ops/unary.ts";
import { axesOf, registerTraced, v } from "./register.ts";

// Kernels that reduce axes.

registerTraced("Sum", ({ x }, { axis, keepDims }) => keep(v(x), axesOf(x, axis), keepDims, R.sum));
registerTraced("Mean", ({ x }, { axis, keepDims }) =>
  keep(v(x), axesOf(x, axis), keepDims, (value, axes) => {
    const lengths = axes.map((a) => value.shape[a]), count = sizeOf(lengths);
    // Over an axis of symbolic length the count is only known at run time: sum ones along with it.
    const n = typeof count === "number" ? scalar(count) : R.sum(fill(lengths, 1), axes.map((_, i) => i));
    return B.div(R.sum(value, axes), n);
  }));
registerTraced(
  "Max",
  ({ x }, { reductionIndices, keepDims }) => keep(v(x), axesOf(x, reductionIndices), keepDims, R.max),
);
registerTraced("Min", ({ x }, { axis, keepDims }) => keep(v(x), axesOf(x, axis), keepDims, R.min));
registerTraced("Prod", ({ x }, { axis, keepDims }) => keep(v(x), axesOf(x, axis), keepDims, product));
for (const [kernel, reduce] of [["All", R.min], ["Any", R.max]] as const) {
  registerTraced(kernel, ({ x }, { axis, keepDims }) => {
    const numbers = U.cast(v(x), "int32"), axes = axesOf(x, axis);
    return keep(numbers, axes, keepDims, (value, along) => U.cast(reduce(value, along), "bool"));
  });
}
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
    const rest = result.shape.toSpliced(axis, 1);
    result = L.split(result, Array(count).fill(1), axis).map((o) => S.reshape(o, rest)).reduce(B.mul);
  }
  return result;
}

function normalised(x: Value, axis: number): { shifted: Value; exp: Value; total: Value } {
  const column = x.shape.with(axis, 1);
  // The shift cancels out of the result, so no derivative goes through it.
  const shifted = B.sub(x, S.reshape(U.stopGradient(R.max(x, [axis])), column));
  const exp = U.exp(shifted);
  return { shifted, exp, total: S.reshape(R.sum(exp, [axis]), column) };
}
