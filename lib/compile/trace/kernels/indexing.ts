import { subSizes } from "../../ir/size.ts";
import * as B from "../../ops/binary.ts";
import { constant, scalar } from "../../ops/constant.ts";
import * as X from "../../ops/indexing.ts";
import { count } from "../../ops/reduce.ts";
import { normalAxis, reshape } from "../../ops/shape.ts";
import { cast } from "../../ops/unary.ts";
import { where } from "../../ops/where.ts";
import { graphType } from "../tensors.ts";
import { counted, float32, int32, numeric, registerTraced, sizes, v } from "./register.ts";

// Kernels that pick elements, or say where they are, and sequences.

registerTraced("GatherV2", ({ x, indices }, { axis, batchDims }) => {
  if (batchDims) {
    throw new Error(
      `Cannot trace gather with batchDims ${batchDims}: use oneHot, or gather from a flattened tensor`,
    );
  }
  return X.gather(v(x), numeric(indices), normalAxis(axis, x.shape.length));
});
registerTraced("OneHot", ({ indices }, { depth, onValue, offValue }) => {
  const hot = X.oneHot(numeric(indices), sizes([depth])[0]);
  return onValue === 1 && offValue === 0 ? hot : where(hot, scalar(onValue), scalar(offValue));
}, (_inputs, { dtype }) => dtype ?? "float32");
registerTraced("TopK", ({ x }, { k }) => {
  const value = numeric(x), indices = X.topK(value, k);
  return [cast(X.takeAlongLast(value, indices), v(x).dtype), indices];
}, ({ x }) => [x.dtype, "int32"]);
for (const [kernel, smallest] of [["ArgMax", false], ["ArgMin", true]] as const) {
  registerTraced(
    kernel,
    ({ x }, { axis }) => X.argMax(numeric(x), normalAxis(axis, x.shape.length), smallest),
    int32,
  );
}
registerTraced("Cumsum", ({ x }, { axis, exclusive, reverse }) => {
  const value = numeric(x), row = reshape(value, value.shape.length > 0 ? value.shape : [1]);
  return reshape(X.cumSum(row, normalAxis(axis, row.shape.length), exclusive, reverse), value.shape);
}, counted);
registerTraced("Range", (_inputs, { start, stop, step, dtype }) => {
  const type = graphType(dtype ?? "float32"), [from, to] = sizes([start, stop]);
  if (typeof from === "number" && typeof to === "number") {
    const length = Math.max(0, Math.ceil((stop - start) / step));
    return constant(Float64Array.from({ length }, (_, i) => start + i * step), [length], type);
  }
  if (step !== 1) {
    throw new Error(`Cannot trace a range from ${from} to ${to} in steps of ${step}: only 1 can be`);
  }
  return B.add(cast(X.iota(subSizes(to, from)), type), cast(count(from), type));
}, (_inputs, { dtype }) => dtype ?? "float32");
registerTraced("LinSpace", (_inputs, { start, stop, num }) => {
  const [length] = sizes([num]);
  if (typeof length !== "number") {
    throw new Error(`Cannot trace linspace of symbolic length ${length}: use range`);
  }
  const step = (i: number) => num === 1 ? start : start + i * (stop - start) / (num - 1);
  return constant(Float64Array.from({ length: num }, (_, i) => step(i)), [num], "float");
}, float32);
