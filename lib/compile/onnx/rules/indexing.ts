import * as X from "../../ops/indexing.ts";
import { ElementType, intAttribute, intsAttribute, textAttribute } from "../proto.ts";
import { inputs, out, written } from "./rule.ts";

written(X.Gather, (node, w) => {
  w.node("Gather", inputs(node, w), out(node, w), [intAttribute("axis", node.attrs.axis)]);
});
written(X.ScatterAdd, (node, w) => {
  const { axis, shape } = node.attrs;
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
written(X.Iota, (node, w) => {
  const end = w.node("Squeeze", [w.sizes([node.attrs.length]), w.ints([0])]);
  const wide = w.node("Range", [w.ints([0], true), end, w.ints([1], true)]);
  w.node("Cast", [wide], out(node, w), [intAttribute("to", ElementType.int32)]);
});
written(X.ArgMax, (node, w) => {
  const { axis, smallest } = node.attrs;
  const wide = w.node(smallest ? "ArgMin" : "ArgMax", inputs(node, w), w.fresh("arg"), [
    intAttribute("axis", axis),
    intAttribute("keepdims", 0),
  ]);
  w.node("Cast", [wide], out(node, w), [intAttribute("to", ElementType.int32)]);
});
written(X.CumSum, (node, w) => {
  const { axis, exclusive, reverse } = node.attrs;
  w.node("CumSum", [w.name(node.inputs[0]), w.ints([axis], true)], out(node, w), [
    intAttribute("exclusive", Number(exclusive)),
    intAttribute("reverse", Number(reverse)),
  ]);
});
written(X.TopK, (node, w) => {
  const { count, smallest } = node.attrs;
  const names = [w.fresh("top"), w.fresh("places")];
  w.node("TopK", [w.name(node.inputs[0]), w.ints([count])], names, [
    intAttribute("axis", -1),
    intAttribute("largest", Number(!smallest)),
  ]);
  w.node("Cast", [names[1]], out(node, w), [intAttribute("to", ElementType.int32)]);
});
