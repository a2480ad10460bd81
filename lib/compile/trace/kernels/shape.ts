import { type Tensor, tf } from "../../../tensor/mod.ts";
import { requireLength } from "../../ir/graph.ts";
import { divideSize, sizeOf, type Sizes, subSizes } from "../../ir/size.ts";
import { fill, held } from "../../ops/constant.ts";
import * as S from "../../ops/shape.ts";
import * as L from "../../ops/slice.ts";
import { activeTrace } from "../active.ts";
import { graphType, type TensorType } from "../tensors.ts";
import { type Attrs, axesOf, type Inputs, joined, numeric, registerTraced, sizes, v } from "./register.ts";

// Kernels that move numbers about.

registerTraced("Reshape", ({ x }, { shape }) => S.reshape(v(x), reshaped(v(x).shape, shape, x.size)));

/** Returns the lengths of a reshaped value; one given as -1 follows from the others. */
function reshaped(from: Sizes, shape: readonly number[], size: number): Sizes {
  const { standIns } = activeTrace();
  if (standIns.values.size === 0) return tf.util.inferFromImplicitShape([...shape], size);
  const plain = (at: number) => shape.filter((s, i) => i !== at && s !== -1).reduce((a, b) => a * b, 1);
  // A product of axes that has lost digits is what the others leave over.
  const lengths = shape.map((s, i) => s === -1 ? -1 : standIns.decode(s, divideSize(sizeOf(from), plain(i))));
  const at = shape.indexOf(-1);
  if (at < 0) return lengths;
  const left = [...from], by = lengths.filter((s, i) => i !== at && !take(left, s));
  const rest = divideSize(sizeOf(left), sizeOf(by));
  if (rest === undefined || shape.lastIndexOf(-1) !== at) {
    throw new Error(`Cannot reshape [${from}] to [${lengths.join()}]: no length in place of -1 fits`);
  }
  return lengths.with(at, rest);
}

/** Takes an item out of a list, if it is there. */
function take<T>(list: T[], item: T): boolean {
  const at = list.indexOf(item);
  return at >= 0 && list.splice(at, 1).length > 0;
}
registerTraced("ExpandDims", ({ input }, { dim }) => S.expandDims(v(input), dim));
registerTraced("Transpose", ({ x }, { perm }) => S.transpose(v(x), perm));
registerTraced(
  "Fill",
  (_inputs, { shape, value, dtype }) =>
    S.expand(activeTrace().scalar(held(Number(value), graphType(dtype)), graphType(dtype)), sizes(shape)),
  (_inputs, { dtype }) => dtype,
);
registerTraced("ZerosLike", ({ x }) => fill(v(x).shape, 0, v(x).dtype));
registerTraced("OnesLike", ({ x }) => fill(v(x).shape, 1, v(x).dtype));
registerTraced("Tile", ({ x }, { reps }: Attrs) => {
  return S.tile(v(x), sizes(reps));
});
registerTraced("BroadcastTo", ({ x }, { shape }) => S.expand(v(x), sizes(shape)));
/** The first tensor that has numbers: tfjs passes over the others. */
const leading = (inputs: Inputs): Tensor => {
  const tensors: Tensor[] = Object.values(inputs);
  return tensors.find(({ size }) => size > 0) ?? tensors[0];
};
registerTraced("Concat", (inputs, { axis }) => {
  const type = leading(inputs).dtype as TensorType;
  const values = joined(Object.values(inputs), type);
  return L.concat(values, S.normalAxis(axis, values[0].shape.length));
}, (inputs) => leading(inputs).dtype as TensorType);
registerTraced("Pack", (inputs, { axis }) => {
  const tensors: Tensor[] = Object.values(inputs), [first] = tensors, values = joined(tensors);
  for (const { dtype, shape } of tensors) {
    if (dtype === first.dtype && tf.util.arraysEqual(shape, first.shape)) continue;
    throw new Error(
      `Cannot stack ${first.dtype}[${first.shape}] and ${dtype}[${shape}]: all must have the same type and shape`,
    );
  }
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
  if (typeof value.shape[at] !== "number") {
    throw new Error(`Cannot split an axis of symbolic length ${value.shape[at]}: use slice`);
  }
  return L.split(value, tf.backend_util.prepareSplitSize(x, numOrSizeSplits, at), at);
});
registerTraced("Slice", ({ x }, { begin, size }) => {
  const value = v(x), [starts, lengths] = tf.slice_util.parseSliceParams(x, begin, size);
  tf.slice_util.assertParamsValid(x, starts, lengths);
  const from = sizes(starts);
  const extent = value.shape.map((s, i) => {
    return starts[i] + lengths[i] === x.shape[i] ? subSizes(s, from[i]) : sizes([lengths[i]])[0];
  });
  extent.forEach((s, i) =>
    requireLength(s, `a slice from ${from[i]} of an axis of length ${value.shape[i]}`)
  );
  return L.slice(value, from, extent);
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
registerTraced("PadV2", ({ x }, { paddings, constantValue }) => {
  const wrong = paddings.flat().find((n: unknown) => !Number.isSafeInteger(n) || n as number < 0);
  if (wrong !== undefined || paddings.some((p: number[]) => p.length !== 2)) {
    throw new Error(
      `Cannot pad [${x.shape}] by ${JSON.stringify(paddings)}: expected pairs of whole numbers from 0`,
    );
  }
  const value = v(x), number = Number(constantValue ?? 0), isTrue = number === 0 || number === 1;
  const from = x.dtype === "bool" && !isTrue ? numeric(x) : value;
  return L.pad(from, paddings.map((p: number[]) => sizes(p)), held(number, from.dtype));
});
