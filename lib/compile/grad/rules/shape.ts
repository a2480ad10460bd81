import { addSizes, type Size, subSizes } from "../../ir/size.ts";
import { fill } from "../../ops/constant.ts";
import { sumTo } from "../../ops/reduce.ts";
import { Expand, Reshape, reshape, Transpose, transpose } from "../../ops/shape.ts";
import {
  Concat,
  concat,
  Pad,
  pad,
  Reverse,
  reverse,
  Slice,
  slice,
  spaceOut,
  Split,
  Stride,
} from "../../ops/slice.ts";
import { derivative } from "../backprop.ts";

derivative(Reshape, ({ inputs: [x] }, [d]) => [d && reshape(d, x.shape)]);
derivative(Expand, ({ inputs: [x] }, [d]) => [d && sumTo(d, x.shape)]);
derivative(Transpose, ({ attrs: { perm } }, [d]) => [d && transpose(d, perm.map((_, i) => perm.indexOf(i)))]);
derivative(Reverse, ({ attrs: { axis } }, [d]) => [d && reverse(d, axis)]);

derivative(Slice, ({ inputs: [x], attrs: { begin, size } }, [d]) => [
  d && pad(d, x.shape.map((length, i) => [begin[i], subSizes(length, addSizes(begin[i], size[i]))])),
]);
derivative(Pad, ({ inputs: [x], attrs: { padding } }, [d]) => [
  d && slice(d, padding.map(([before]) => before), x.shape),
]);

// Cotangents go back to their places, with zeros between them.
derivative(Stride, ({ inputs: [x], attrs: { axis, begin, step } }, [d]) => {
  if (!d) return [undefined];
  const length = x.shape[axis] as number, steps = d.shape[axis] as number, by = Math.abs(step);
  const spaced = spaceOut(step > 0 ? d : reverse(d, axis), axis, by),
    first = step > 0 ? begin : begin + step * (steps - 1);
  const rest = length - first - (steps - 1) * by - 1;
  return [pad(spaced, x.shape.map((_, i) => i === axis ? [first, rest] : [0, 0]))];
});

derivative(Concat, ({ inputs, attrs: { axis } }, [d]) => {
  if (!d) return [];
  let at: Size = 0;
  return inputs.map((x) => {
    const begin = x.shape.map((_, i) => i === axis ? at : 0);
    at = addSizes(at, x.shape[axis]);
    return x.constant ? undefined : slice(d, begin, x.shape);
  });
});
derivative(Split, ({ outputs, attrs: { axis } }, ds) => [
  concat(outputs.map((o, i) => ds[i] ?? fill(o.shape, 0, o.dtype)), axis),
]);
