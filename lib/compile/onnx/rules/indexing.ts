import type { Value } from "../../ir/graph.ts";
import * as X from "../../ops/indexing.ts";
import { ElementType } from "../proto.ts";
import { inputs, type OnnxWriter, out, written } from "../writer.ts";

/**
 * Returns indices as ONNX Runtime is to have them: it counts negative ones from the end, so that
 * they are moved beyond it.
 */
function places(indices: Value, w: OnnxWriter): string {
  const x = w.name(indices);
  if (X.isNonNegative(indices)) return x;
  const isNegative = w.node("Less", [x, w.scalar(0, "int32")]);
  return w.node("Where", [isNegative, w.scalar(2 ** 31 - 1, "int32"), x]);
}

written(X.Gather, (node, w) => {
  const [x, indices] = node.inputs;
  w.node("Gather", [w.name(x), places(indices, w)], out(node, w), { axis: node.attrs.axis });
});
written(X.ScatterAdd, (node, w) => {
  const { axis, shape } = node.attrs, [updates, indices] = node.inputs;
  // ScatterND adds slabs along the first axes.
  const { there, back } = X.indexedFirst(axis, updates.shape.length, indices.shape.length);
  const moved = w.node("Transpose", [w.name(updates)], w.fresh("moved"), { perm: there });
  const wide = w.node("Cast", [places(indices, w)], w.fresh("wide"), { to: ElementType.int64 });
  const slabs = [shape[axis], ...shape.toSpliced(axis, 1)];
  const zeros = w.node("Expand", [w.scalar(0, updates.dtype), w.sizes(slabs)]);
  const rows = w.node("Unsqueeze", [wide, w.ints([-1])]);
  const added = w.node("ScatterND", [zeros, rows, moved], w.fresh("added"), { reduction: "add" });
  w.node("Transpose", [added], out(node, w), { perm: back });
});
written(X.Iota, (node, w) => {
  const end = w.node("Squeeze", [w.sizes([node.attrs.length]), w.ints([0])]);
  const wide = w.node("Range", [w.ints([0], true), end, w.ints([1], true)]);
  w.node("Cast", [wide], out(node, w), { to: ElementType.int32 });
});
written(X.ArgMax, (node, w) => {
  const { axis, smallest } = node.attrs, [{ shape, dtype }] = node.inputs;
  let [x] = inputs(node, w);
  if (typeof shape[axis] !== "number") {
    // Behind the others, one that is chosen where there are none: ONNX Runtime refuses nothing.
    const least = dtype === "float" ? -Infinity : -(2 ** 31),
      most = dtype === "float" ? Infinity : 2 ** 31 - 1;
    const last = w.node("Expand", [w.scalar(smallest ? most : least, dtype), w.sizes(shape.with(axis, 1))]);
    x = w.node("Concat", [x, last], w.fresh("longer"), { axis });
  }
  const opType = smallest ? "ArgMin" : "ArgMax", drop = { axis, keepdims: 0 };
  let wide = w.node(opType, [x], w.fresh("arg"), drop);
  if (dtype === "float") {
    // ONNX Runtime passes over NaN, which comes before all numbers. A sum of absolute values is NaN
    // for nothing else.
    const size = w.node("ReduceL1", [x, w.ints([axis])], w.fresh("size"), { keepdims: 0 });
    const marks = w.node("Cast", [w.node("IsNaN", [x])], w.fresh("marks"), { to: ElementType.int32 });
    const first = w.node("ArgMax", [marks], w.fresh("arg"), drop);
    wide = w.node("Where", [w.node("IsNaN", [size]), first, wide]);
  }
  w.node("Cast", [wide], out(node, w), { to: ElementType.int32 });
});
written(X.CumSum, (node, w) => {
  const { axis, exclusive, reverse } = node.attrs;
  const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
  w.node("CumSum", [w.name(node.inputs[0]), w.ints([axis], true)], out(node, w), attributes);
});
written(X.TopK, (node, w) => {
  const { count, smallest } = node.attrs;
  const names = [w.fresh("top"), w.fresh("places")],
    [{ dtype }] = node.inputs,
    given = w.name(node.inputs[0]);
  // NaN comes before all numbers.
  const x = dtype === "float"
    ? w.node("Where", [w.node("IsNaN", [given]), w.scalar(smallest ? -Infinity : Infinity), given])
    : given;
  w.node("TopK", [x, w.ints([count])], names, { axis: -1, largest: Number(!smallest) });
  w.node("Cast", [names[1]], out(node, w), { to: ElementType.int32 });
});
