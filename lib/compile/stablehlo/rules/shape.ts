import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import { type StablehloWriter, type Term, written } from "../writer.ts";

written(S.Reshape, (node, w, [x]) => w.reshape(x, w.shape(node.attrs.shape)));
written(S.Expand, (node, w, [x]) => w.broadcast(x, w.shape(node.attrs.shape)));
written(S.Transpose, (node, w, [x]) => w.transpose(x, node.attrs.perm));

written(L.Slice, (node, w, [x]) => {
  const begin = w.shape(node.attrs.begin), size = w.shape(node.attrs.size);
  return w.slice(x, begin, begin.map((b, i) => b + size[i]));
});
written(L.Stride, (node, w, [x]) => {
  const { axis, begin, step } = node.attrs, count = w.size(node.outputs[0].shape[axis]);
  const last = begin + (count - 1) * step, [low, high] = step > 0 ? [begin, last] : [last, begin];
  const along = (other: (i: number) => number, own: number) =>
    x.shape.map((_, i) => i === axis ? own : other(i));
  if (count === 0) return w.slice(x, along(() => 0, 0), along((i) => x.shape[i], 0));
  const part = w.slice(
    x,
    along(() => 0, low),
    along((i) => x.shape[i], high + 1),
    along(() => 1, Math.abs(step)),
  );
  return step > 0 ? part : reverse(w, part, axis);
});
written(L.Reverse, (node, w, [x]) => reverse(w, x, node.attrs.axis));
written(L.Pad, (node, w, [x]) => {
  const padding = node.attrs.padding.map((p) => w.shape(p));
  const low = padding.map(([before]) => before), high = padding.map(([, after]) => after);
  return w.pad(x, w.scalar(node.attrs.number, x.dtype), low, high);
});
written(L.Concat, (node, w, parts) => {
  const to = { shape: w.shape(node.outputs[0].shape), dtype: parts[0].dtype };
  return w.apply("concatenate", parts, to, `, dim = ${node.attrs.axis}`);
});
written(L.Split, (node, w, [x]) => {
  const { axis, sizes } = node.attrs;
  let at = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => i === axis ? at : 0);
    at += size;
    return w.slice(x, begin, x.shape.with(axis, at));
  });
});

/** Returns one axis turned around. */
export function reverse(w: StablehloWriter, x: Term, axis: number): Term {
  return w.term(`stablehlo.reverse ${x.name}, dims = [${axis}] : ${w.type(x)}`, x);
}
