import { type Tensor, tf } from "../../../tensor/mod.ts";
import type { Value } from "../../ir/graph.ts";
import { sizeOf } from "../../ir/size.ts";
import * as B from "../../ops/binary.ts";
import { matmul } from "../../ops/matmul.ts";
import * as R from "../../ops/reduce.ts";
import * as S from "../../ops/shape.ts";
import { cast } from "../../ops/unary.ts";
import type { TensorType } from "../tensors.ts";
import { alike, type Attrs, bytes, kept, numeric, registerTraced, v } from "./register.ts";

// Kernels that multiply and add up: matrix products and Einstein summation.

/** Returns a product of tensors; of booleans, what fits in a byte of each sum. */
function product(a: Tensor, b: Tensor, { transposeA, transposeB }: Attrs): Value {
  const [x, y] = alike(a, b), result = matmul(x, y, transposeA, transposeB);
  return a.dtype === "bool" && result.dtype === "int32" ? bytes(result) : result;
}

registerTraced("BatchMatMul", ({ a, b }, attrs) => product(a, b, attrs));
registerTraced("_FusedMatMul", ({ a, b, bias }, attrs) => {
  const { activation } = attrs;
  if (activation && activation !== "linear") {
    throw new Error(`Cannot trace a fused matMul with activation ${activation}: apply it separately`);
  }
  const result = product(a, b, attrs);
  return bias ? B.add(result, cast(v(bias), result.dtype)) : result;
});
registerTraced("Einsum", (inputs, { equation }) => {
  const tensors: Tensor[] = Object.values(inputs), type = tensors.at(-1)!.dtype as TensorType;
  const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors);
  if (tensors.every(({ dtype }) => dtype === type)) return einsum(equation, tensors.map(numeric));
  // tfjs stores each product of different types in that of the factor that comes last.
  return einsum(equation, alike(...tensors), (product) => kept(product, type));
}, (inputs, { equation }) => {
  const tensors: Tensor[] = Object.values(inputs), { dtype } = tensors.at(-1)!;
  const { summedDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
  return (summedDims.length > 0 ? tf.upcastType(dtype, "int32") : dtype) as TensorType;
});

/**
 * Einsum of at most two operands: aligned, batched, and summed by a product or a reduction.
 *
 * @param keep what is kept of each product, where that is not all of it
 */
function einsum(equation: string, operands: Value[], keep?: (value: Value) => Value): Value {
  const [left, right] = equation.replace(/\s/g, "").split("->");
  const labels = left.split(",").map((l) => [...l]);
  const out = [...right];
  if (labels.some((l) => new Set(l).size < l.length)) {
    throw new Error(`Cannot trace einsum "${equation}": an index is repeated within one operand`);
  }
  const align = (value: Value, own: string[], all: string[]): Value => {
    const order = all.filter((a) => own.includes(a));
    const moved = S.transpose(value, order.map((a) => own.indexOf(a)));
    let at = 0;
    return S.reshape(moved, all.map((a) => own.includes(a) ? moved.shape[at++] : 1));
  };
  const summed = [...new Set(labels.flat())].filter((a) => !out.includes(a));
  if (operands.length === 2 && !keep) {
    const [a, b] = labels;
    const batch = out.filter((l) => a.includes(l) && b.includes(l)),
      rows = out.filter((l) => a.includes(l) && !b.includes(l));
    const columns = out.filter((l) => !a.includes(l) && b.includes(l)),
      inner = summed.filter((l) => a.includes(l) && b.includes(l));
    const solo = summed.filter((l) => !inner.includes(l));
    if (inner.length > 0 && solo.length === 0) {
      const length = (l: string) =>
        a.includes(l) ? operands[0].shape[a.indexOf(l)] : operands[1].shape[b.indexOf(l)];
      const group = (ls: string[]) => sizeOf(ls.map(length));
      const matrices = (value: Value, own: string[], first: string[], second: string[]): Value => {
        const moved = S.transpose(value, [...batch, ...first, ...second].map((l) => own.indexOf(l)));
        return S.reshape(moved, [...batch.map(length), group(first), group(second)]);
      };
      const x = matrices(operands[0], a, rows, inner), y = matrices(operands[1], b, inner, columns);
      const product = S.reshape(matmul(x, y), [...batch, ...rows, ...columns].map(length));
      const order = [...batch, ...rows, ...columns];
      return S.transpose(product, out.map((l) => order.indexOf(l)));
    }
  }
  const all = [...out, ...summed];
  const aligned = operands.map((o, i) => align(o, labels[i], all)).reduce(B.mul);
  return R.sum(keep ? keep(aligned) : aligned, summed.map((_, i) => out.length + i));
}
