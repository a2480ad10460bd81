import { addSizes, isStatic } from "../../ir/size.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import { ElementType, intAttribute, intsAttribute } from "../proto.ts";
import { END, inputs, out, written } from "./rule.ts";

written(S.Reshape, (node, w) => {
  const { shape } = node.attrs, from = node.inputs[0].shape;
  // 0 copies the length of the same axis, -1 infers one: most symbolic shapes need no more than
  // that.
  let target = shape.map((s, i) => typeof s !== "number" && from[i] === s ? 0 : s);
  const open = target.filter((s) => typeof s !== "number");
  if (open.length === 1) target = target.map((s) => typeof s === "number" ? s : -1);
  w.node("Reshape", [w.name(node.inputs[0]), w.sizes(isStatic(target) ? target : shape)], out(node, w));
});
written(S.Expand, (node, w) => {
  w.node("Expand", [w.name(node.inputs[0]), w.sizes(node.attrs.shape)], out(node, w));
});
written(S.Transpose, (node, w) => {
  w.node("Transpose", inputs(node, w), out(node, w), [intsAttribute("perm", node.attrs.perm)]);
});
written(L.Slice, (node, w) => {
  const { begin, size } = node.attrs, { shape } = node.inputs[0];
  const axes = shape.map((_, i) => i).filter((i) => begin[i] !== 0 || size[i] !== shape[i]);
  const ends = axes.map((i) => addSizes(begin[i], size[i])).map((e, k) => e === shape[axes[k]] ? END : e);
  w.node(
    "Slice",
    [w.name(node.inputs[0]), w.sizes(axes.map((i) => begin[i])), w.sizes(ends), w.ints(axes)],
    out(node, w),
  );
});
written(L.Stride, (node, w) => {
  const { axis, begin, end, step } = node.attrs;
  const stop = step < 0 && end < 0 ? -END : end;
  w.node(
    "Slice",
    [w.name(node.inputs[0]), w.ints([begin]), w.ints([stop]), w.ints([axis]), w.ints([step])],
    out(node, w),
  );
});
written(L.Reverse, (node, w) => {
  const range = [w.ints([-1]), w.ints([-END]), w.ints([node.attrs.axis]), w.ints([-1])];
  w.node("Slice", [w.name(node.inputs[0]), ...range], out(node, w));
});
written(L.Pad, (node, w) => {
  const { padding, number } = node.attrs,
    { dtype } = node.inputs[0];
  const pads = w.sizes([...padding.map(([b]) => b), ...padding.map(([, a]) => a)]);
  if (dtype !== "bool") {
    return void w.node("Pad", [w.name(node.inputs[0]), pads, w.scalar(number, dtype)], out(node, w));
  }
  const cast = w.node("Cast", inputs(node, w), w.fresh("cast"), [intAttribute("to", ElementType.int32)]);
  w.node("Cast", [w.node("Pad", [cast, pads, w.scalar(number, "int32")])], out(node, w), [
    intAttribute("to", ElementType.bool),
  ]);
});
written(L.Concat, (node, w) => {
  w.node("Concat", inputs(node, w), out(node, w), [intAttribute("axis", node.attrs.axis)]);
});
written(L.Split, ({ inputs: [x], outputs, attrs: { axis, sizes } }, w) => {
  w.node("Split", [w.name(x), w.ints(sizes)], outputs.map((o) => w.name(o)), [intAttribute("axis", axis)]);
});
