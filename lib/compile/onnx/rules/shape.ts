import { addSizes, isStatic } from "../../ir/size.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import { ElementType } from "../proto.ts";
import { inputs, out, written } from "../writer.ts";

/** A limit beyond every length. */
const END = Number.MAX_SAFE_INTEGER;

written(S.Reshape, (node, w) => {
  const { shape } = node.attrs, [x] = node.inputs;
  // 0 copies the length of the same axis, -1 infers one: most symbolic shapes need no more.
  let target = shape.map((s, i) => typeof s !== "number" && x.shape[i] === s ? 0 : s);
  const open = target.filter((s) => typeof s !== "number");
  if (open.length === 1) target = target.map((s) => typeof s === "number" ? s : -1);
  if (isStatic(target) && !shape.includes(0)) {
    return void w.node("Reshape", [w.name(x), w.sizes(target)], out(node, w));
  }
  // A length of 0 is itself.
  w.node("Reshape", [w.name(x), w.sizes(shape)], out(node, w), { allowzero: 1 });
});
written(S.Expand, (node, w) => {
  w.node("Expand", [w.name(node.inputs[0]), w.sizes(node.attrs.shape)], out(node, w));
});
written(S.Transpose, (node, w) => {
  w.node("Transpose", inputs(node, w), out(node, w), { perm: node.attrs.perm });
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
  const range = [begin, stop, axis, step];
  w.node("Slice", [w.name(node.inputs[0]), ...range.map((n) => w.ints([n]))], out(node, w));
});
written(L.Reverse, (node, w) => {
  const range = [-1, -END, node.attrs.axis, -1].map((n) => w.ints([n]));
  w.node("Slice", [w.name(node.inputs[0]), ...range], out(node, w));
});
written(L.Pad, (node, w) => {
  const { padding, number } = node.attrs, { dtype } = node.inputs[0];
  const pads = w.sizes([...padding.map(([b]) => b), ...padding.map(([, a]) => a)]);
  if (dtype !== "bool") {
    return void w.node("Pad", [w.name(node.inputs[0]), pads, w.scalar(number, dtype)], out(node, w));
  }
  const cast = w.node("Cast", inputs(node, w), w.fresh("cast"), { to: ElementType.int32 });
  const padded = w.node("Pad", [cast, pads, w.scalar(number, "int32")]);
  w.node("Cast", [padded], out(node, w), { to: ElementType.bool });
});
written(L.Concat, (node, w) => {
  w.node("Concat", inputs(node, w), out(node, w), { axis: node.attrs.axis });
});
written(L.Split, ({ inputs: [x], outputs, attrs: { axis, sizes } }, w) => {
  w.node("Split", [w.name(x), w.ints(sizes)], outputs.map((o) => w.name(o)), { axis });
});
