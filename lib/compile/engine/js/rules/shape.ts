import { addSizes, mulSizes, type Size, type Sizes, subSizes } from "../../../ir/size.ts";
import * as S from "../../../ops/shape.ts";
import * as L from "../../../ops/slice.ts";
import { type Operand, pointwise } from "../items.ts";
import { aligned, contiguous, moved, type Ref, reshaped, spaceOf } from "../refs.ts";
import { planned } from "../planner.ts";

planned(S.Reshape, ({ inputs: [x], outputs: [out] }, p) => {
  const ref = p.ref(x), strides = ref.kind === "view" ? reshaped(ref.strides, x.shape, out.shape) : [];
  if (strides) return p.view(out, x, 0, () => strides);
  // The same order of elements, which no strides can express: they are moved.
  p.copy(out, ref, x.shape);
});

planned(S.Expand, ({ inputs: [x], outputs: [out] }, p) =>
  p.view(out, x, 0, (s) => {
    const extra = out.shape.length - x.shape.length;
    return out.shape.map((_, i) => i < extra || x.shape[i - extra] === 1 ? 0 : s[i - extra]);
  }));

planned(S.Transpose, ({ inputs: [x], outputs: [out], attrs: { perm } }, p) => {
  p.view(out, x, 0, (s) => perm.map((i) => s[i]));
});

planned(L.Slice, ({ inputs: [x], outputs: [out], attrs: { begin } }, p) => {
  p.view(out, x, shift(p.ref(x), begin), (s) => s);
});

planned(L.Split, ({ inputs: [x], outputs, attrs: { axis, sizes } }, p) => {
  let at = 0;
  outputs.forEach((out, i) => {
    p.view(out, x, shift(p.ref(x), x.shape.map((_, k) => k === axis ? at : 0)), (s) => s);
    at += sizes[i];
  });
});

planned(L.Stride, ({ inputs: [x], outputs: [out], attrs: { axis, begin, step } }, p) => {
  const start = shift(p.ref(x), x.shape.map((_, k) => k === axis ? begin : 0));
  p.view(out, x, start, (s) => s.map((t, k) => k === axis ? mulSizes(t, step) : t));
});

planned(L.Reverse, ({ inputs: [x], outputs: [out], attrs: { axis } }, p) => {
  const start = shift(p.ref(x), x.shape.map((s, k) => k === axis ? subSizes(s, 1) : 0));
  p.view(out, x, start, (s) => s.map((t, k) => k === axis ? mulSizes(t, -1) : t));
});

planned(L.Concat, ({ inputs, outputs: [value], attrs: { axis } }, p) => {
  const strides = contiguous(value.shape);
  p.memory.add(value);
  let at: Size = 0;
  for (const x of inputs) {
    const part = { offset: mulSizes(at, strides[axis]), strides: aligned(strides, x.shape, x.shape) };
    p.add({ ...pointwise(value, [p.operand(x, x.shape)]), space: spaceOf(x.shape), part });
    at = addSizes(at, x.shape[axis]);
  }
});

planned(L.Pad, ({ inputs: [x], outputs: [value], attrs: { padding, number } }, p) => {
  const long = value.shape.map((_, i) => i).filter((i) => value.shape[i] !== 1);
  const ref: Ref = x.shape.includes(0) ? { kind: "fill", number } : p.ref(x);
  const limits = long.flatMap((i, axis) => {
    const [from] = padding[i], to = addSizes(from, x.shape[i]);
    return x.shape[i] === value.shape[i] ? [] : [{ axis, from, to }];
  });
  const back = ref.kind === "view" ? shift(ref, padding.map(([before]) => before)) : 0;
  const operand: Operand = {
    ref: ref.kind === "view" ? { ...ref, offset: moved(ref.offset, mulSizes(-1, back)) } : ref,
    dtype: x.dtype,
    strides: ref.kind === "view" ? long.map((i) => x.shape[i] === 1 ? 0 : ref.strides[i]) : [],
    guard: { limits, otherwise: number },
  };
  p.add(pointwise(value, [operand]));
});

/** Returns the number of elements from the start of a view to the element at a place. */
function shift(ref: Ref, at: Sizes): Size {
  return ref.kind === "view"
    ? at.reduce<Size>((sum, b, i) => addSizes(sum, mulSizes(b, ref.strides[i])), 0)
    : 0;
}
