import * as B from "../../ops/binary.ts";
import { constant, scalar } from "../../ops/constant.ts";
import * as X from "../../ops/indexing.ts";
import { normalAxis } from "../../ops/shape.ts";
import { cast } from "../../ops/unary.ts";
import { graphType } from "../tensors.ts";
import { registerTraced, v } from "./register.ts";

// Kernels that pick elements, or say where they are, and sequences.

registerTraced("GatherV2", ({ x, indices }, { axis, batchDims }) => {
  if (batchDims) {
    throw new Error(
      `Cannot trace gather with batchDims ${batchDims}: use oneHot, or gather from a flattened tensor`,
    );
  }
  return X.gather(v(x), cast(v(indices), "int32"), normalAxis(axis, x.shape.length));
});
registerTraced("OneHot", ({ indices }, { depth, onValue, offValue, dtype }) => {
  const hot = X.oneHot(cast(v(indices), "int32"), depth);
  const scaled = onValue === 1 && offValue === 0
    ? hot
    : B.add(scalar(offValue), B.mul(hot, scalar(onValue - offValue)));
  return cast(scaled, graphType(dtype ?? "float32"));
});
registerTraced("TopK", ({ x }, { k }) => {
  const indices = X.topK(v(x), k);
  return [X.takeAlongLast(v(x), indices), indices];
});
registerTraced("ArgMax", ({ x }, { axis }) => X.argMax(v(x), normalAxis(axis, x.shape.length)));
registerTraced("ArgMin", ({ x }, { axis }) => X.argMax(v(x), normalAxis(axis, x.shape.length), true));
registerTraced(
  "Cumsum",
  ({ x }, { axis, exclusive, reverse }) =>
    X.cumSum(v(x), normalAxis(axis, x.shape.length), exclusive, reverse),
);
registerTraced("Range", (_inputs, { start, stop, step, dtype }) => {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const data = Float64Array.from({ length }, (_, i) => start + i * step);
  return constant(data, [length], graphType(dtype ?? "float32"));
});
registerTraced("LinSpace", (_inputs, { start, stop, num }) => {
  const step = (i: number) => num === 1 ? start : start + i * (stop - start) / (num - 1);
  return constant(Float64Array.from({ length: num }, (_, i) => step(i)), [num], "float");
});
