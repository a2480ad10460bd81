import { tf } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import * as B from "../../ops/binary.ts";
import { scalar } from "../../ops/constant.ts";
import * as X from "../../ops/index.ts";
import { matmul } from "../../ops/matmul.ts";
import * as S from "../../ops/shape.ts";
import * as U from "../../ops/unary.ts";
import { graphType } from "../tensors.ts";
import { registerTraced, v } from "./register.ts";

// Products, indices and sequences.

registerTraced(
  "BatchMatMul",
  ({ a, b }, { transposeA, transposeB }) => matmul(v(a), v(b), transposeA, transposeB),
);
registerTraced("_FusedMatMul", ({ a, b, bias }, { transposeA, transposeB, activation }) => {
  if (activation && activation !== "linear") {
    throw new Error(`Cannot trace a fused matMul with activation ${activation}: apply it separately`);
  }
  const result = matmul(v(a), v(b), transposeA, transposeB);
  return bias ? B.add(result, v(bias)) : result;
});
registerTraced("GatherV2", ({ x, indices }, { axis, batchDims }) => {
  if (batchDims) {
    throw new Error(
      `Cannot trace gather with batchDims ${batchDims}: use oneHot, or gather from a flattened tensor`,
    );
  }
  return X.gather(v(x), U.cast(v(indices), "int32"), S.normalAxis(axis, x.shape.length));
});
registerTraced("OneHot", ({ indices }, { depth, onValue, offValue, dtype }) => {
  const hot = X.oneHot(U.cast(v(indices), "int32"), depth);
  const scaled = onValue === 1 && offValue === 0
    ? hot
    : B.add(scalar(offValue), B.mul(hot, scalar(onValue - offValue)));
  return U.cast(scaled, graphType(dtype ?? "float32"));
});
registerTraced("TopK", ({ x }, { k }) => {
  const indices = X.topK(v(x), k);
  return [X.takeAlongLast(v(x), indices), indices];
});
registerTraced("Range", (_inputs, { start, stop, step, dtype }) => {
  const data = Float64Array.from(
    tf.backend_util
      ? Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step)
      : [],
  );
  return fillOrConstant(data, graphType(dtype ?? "float32"));
});
registerTraced(
  "LinSpace",
  (_inputs, { start, stop, num }) =>
    fillOrConstant(
      Float64Array.from(
        { length: num },
        (_, i) => num === 1 ? start : start + i * (stop - start) / (num - 1),
      ),
      "float",
    ),
);

function fillOrConstant(data: Float64Array, dtype: "float" | "int32" | "bool"): Value {
  return X.constantVector(data, dtype);
}
