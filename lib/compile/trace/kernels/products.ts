import { add } from "../../ops/binary.ts";
import { matmul } from "../../ops/matmul.ts";
import { registerTraced, v } from "./register.ts";

// Kernels that multiply matrices.

registerTraced("BatchMatMul", ({ a, b }, attrs) => matmul(v(a), v(b), attrs.transposeA, attrs.transposeB));
registerTraced("_FusedMatMul", ({ a, b, bias }, { transposeA, transposeB, activation }) => {
  if (activation && activation !== "linear") {
    throw new Error(`Cannot trace a fused matMul with activation ${activation}: apply it separately`);
  }
  const result = matmul(v(a), v(b), transposeA, transposeB);
  return bias ? add(result, v(bias)) : result;
});
