import { tf } from "../../../tensor/mod.ts";
import { subSizes } from "../../ir/size.ts";
import { fill } from "../../ops/constant.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import { graphType } from "../tensors.ts";
import { type Attrs, axesOf, registerTraced, sizes, v } from "./register.ts";

// Kernels that move numbers about.

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
  const rest = x.shape.toSpliced(at, 1);
  return L.split(x, Array(count).fill(1), at).map((o) => S.reshape(o, rest));
});
registerTraced("SplitV", ({ x }, { numOrSizeSplits, axis }) => {
  const value = v(x), at = S.normalAxis(axis, value.shape.length);
  return L.split(value, tf.backend_util.prepareSplitSize(x, numOrSizeSplits, at), at);
});
registerTraced("Slice", ({ x }, { begin, size }) => {
  const value = v(x), starts: number[] = [begin].flat(), given: number[] = [size ?? []].flat();
  const from = sizes(value.shape.map((_, i) => starts[i] ?? 0));
  const lengths = value.shape.map((s, i) =>
    (given[i] ?? -1) === -1 ? subSizes(s, from[i]) : sizes([given[i]])[0]
  );
  return L.slice(value, from, lengths);
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
      const [from, to] = sizes([b, e]);
      const begin = value.shape.map((_, i) => i === axis ? from : 0);
      value = L.slice(value, begin, value.shape.with(axis, subSizes(to, from)));
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
