import type { Value } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import * as X from "../../ops/index.ts";
import { MatMul } from "../../ops/matmul.ts";
import * as R from "../../ops/reduce.ts";
import { Gemm } from "../../passes/carry_addends.ts";
import { ElementType, intAttribute, intsAttribute, textAttribute } from "../proto.ts";
import { inputs, out, rules } from "./rule.ts";

for (const op of [R.ReduceSum, R.ReduceMax, R.ReduceMin]) {
  rules.set(
    op,
    (node, w) =>
      void w.node(op.name, [w.name(node.inputs[0]), w.ints(node.attrs.axes)], out(node, w), [
        intAttribute("keepdims", 0),
      ]),
  );
}
rules.set(MatMul, (node, w) => {
  const { transposeA: ta, transposeB: tb } = node.attrs;
  const [a, b] = node.inputs;
  if (!ta && !tb) return void w.node("MatMul", inputs(node, w), out(node, w));
  if (a.shape.length === 2 && b.shape.length === 2) {
    return void w.node("Gemm", inputs(node, w), out(node, w), [
      intAttribute("transA", Number(ta)),
      intAttribute("transB", Number(tb)),
    ]);
  }
  // ONNX Runtime fuses the transposition into the product.
  const swapped = (value: Value, swap: boolean) => {
    const rank = value.shape.length, perm = value.shape.map((_, i) => i < rank - 2 ? i : 2 * rank - 3 - i);
    return swap
      ? w.node("Transpose", [w.name(value)], w.fresh("swap"), [intsAttribute("perm", perm)])
      : w.name(value);
  };
  w.node("MatMul", [swapped(a, ta), swapped(b, tb)], out(node, w));
});
rules.set(Gemm, (node, w) => {
  w.node("Gemm", inputs(node, w), out(node, w), [
    intAttribute("transA", Number(node.attrs.transposeA)),
    intAttribute("transB", Number(node.attrs.transposeB)),
  ]);
});
rules.set(
  X.Gather,
  (node, w) => void w.node("Gather", inputs(node, w), out(node, w), [intAttribute("axis", node.attrs.axis)]),
);
rules.set(X.ScatterAdd, (node, w) => {
  const { axis, shape } = node.attrs as { axis: number; shape: Size[] };
  const [updates, indices] = node.inputs, k = indices.shape.length;
  // ScatterND adds slabs along the first axes: bring the indexed axis to the front, and back
  // afterwards.
  const rest = shape.map((_, i) => i).filter((i) => i !== axis);
  const forward = [
    ...indices.shape.map((_, i) => axis + i),
    ...updates.shape.map((_, i) => i).filter((i) => i < axis || i >= axis + k),
  ];
  const moved = w.node("Transpose", [w.name(updates)], w.fresh("moved"), [intsAttribute("perm", forward)]);
  const wide = w.node("Cast", [w.name(indices)], w.fresh("wide"), [intAttribute("to", ElementType.int64)]);
  const zeros = w.node("Expand", [
    w.scalar(0, updates.dtype),
    w.sizes([shape[axis], ...rest.map((i) => shape[i])]),
  ]);
  const added = w.node(
    "ScatterND",
    [zeros, w.node("Unsqueeze", [wide, w.ints([-1])]), moved],
    w.fresh("added"),
    [textAttribute("reduction", "add")],
  );
  const order = [axis, ...rest];
  w.node("Transpose", [added], out(node, w), [intsAttribute("perm", shape.map((_, i) => order.indexOf(i)))]);
});
rules.set(X.Iota, (node, w) => {
  const end = w.node("Squeeze", [w.sizes([node.attrs.length]), w.ints([0])]);
  const wide = w.node("Range", [w.ints([0], true), end, w.ints([1], true)]);
  w.node("Cast", [wide], out(node, w), [intAttribute("to", ElementType.int32)]);
});
rules.set(X.ArgMax, (node, w) => {
  const { axis, smallest } = node.attrs;
  const wide = w.node(smallest ? "ArgMin" : "ArgMax", inputs(node, w), w.fresh("arg"), [
    intAttribute("axis", axis),
    intAttribute("keepdims", 0),
  ]);
  w.node("Cast", [wide], out(node, w), [intAttribute("to", ElementType.int32)]);
});
rules.set(X.CumSum, (node, w) => {
  const { axis, exclusive, reverse } = node.attrs;
  w.node("CumSum", [w.name(node.inputs[0]), w.ints([axis], true)], out(node, w), [
    intAttribute("exclusive", Number(exclusive)),
    intAttribute("reverse", Number(reverse)),
  ]);
});
rules.set(X.TopK, (node, w) => {
  const { count, smallest } = node.attrs;
  const names = [w.fresh("top"), w.fresh("places")];
  w.node("TopK", [w.name(node.inputs[0]), w.ints([count])], names, [
    intAttribute("axis", -1),
    intAttribute("largest", Number(!smallest)),
  ]);
  w.node("Cast", [names[1]], out(node, w), [intAttribute("to", ElementType.int32)]);
});
