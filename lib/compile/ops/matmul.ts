import { checkTypes, emitOne, type Op, type Value } from "../ir/graph.ts";
import { broadcast, mulSizes, sizeOf } from "../ir/size.ts";
import { fill, numbers } from "./constant.ts";
import { raiseRank, reshape, Transpose, transpose } from "./shape.ts";

/** Matrix product over the last two axes, with leading axes broadcast. */
export interface MatMulAttrs {
  transposeA: boolean;
  transposeB: boolean;
}

/** Matrix product. */
export const MatMul: Op<MatMulAttrs> = {
  name: "MatMul",
  takes: numbers,
  lift: ({ inputs, outputs: [out], attrs: { transposeA, transposeB } }, [a, b], length) => {
    const [rankA, rankB] = inputs.map((v) => v.shape.length);
    if (a.stacked && !b.stacked && rankA === 2 && rankB === 2 && !transposeA) {
      // One product over all steps: time folds into the rows.
      const [rows, inner] = inputs[0].shape;
      const folded = reshape(a.value, [mulSizes(length, rows), inner]);
      return [reshape(matmul(folded, b.value, false, transposeB), [length, ...out.shape])];
    }
    const [inner, columns] = transposeB ? inputs[1].shape.toReversed() : inputs[1].shape;
    if (!a.stacked && b.stacked && rankA === 2 && rankB === 2 && columns === 1) {
      // One product of the matrix with the vectors of all steps, which it is read for once.
      const vectors = reshape(b.value, [length, inner]);
      return [reshape(transpose(matmul(a.value, vectors, transposeA, true), [1, 0]), [length, ...out.shape])];
    }
    const rank = Math.max(rankA, rankB);
    return [matmul(raiseRank(a, rank), raiseRank(b, rank), transposeA, transposeB)];
  },
};

const swapsLast = (value: Value): boolean => {
  if (value.node?.op !== Transpose) return false;
  const perm: readonly number[] = value.node.attrs.perm, n = perm.length;
  return n >= 2 && perm.every((p, i) => i < n - 2 ? p === i : p === 2 * n - 3 - i);
};

/** Returns the matrix product of the last two axes. */
export function matmul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
  checkTypes(MatMul, [a, b]);
  const ra = a.shape.length, rb = b.shape.length;
  if (ra < 2 || rb < 2) {
    throw new Error(
      `Cannot multiply [${a.shape}] by [${b.shape}]: matMul takes matrices, of two axes or more; take dot for a ` +
        "vector, or make it a column with expandDims(-1)",
    );
  }
  const [m, k] = transposeA ? [a.shape[ra - 1], a.shape[ra - 2]] : [a.shape[ra - 2], a.shape[ra - 1]];
  const [k2, n] = transposeB ? [b.shape[rb - 1], b.shape[rb - 2]] : [b.shape[rb - 2], b.shape[rb - 1]];
  if (k !== k2) {
    throw new Error(`Cannot multiply [${a.shape}] by [${b.shape}]: the inner lengths are ${k} and ${k2}`);
  }
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
  if (k === 0) return fill(shape, 0, a.dtype);
  if (swapsLast(a)) return matmul(a.node!.inputs[0], b, !transposeA, transposeB);
  if (swapsLast(b)) return matmul(a, b.node!.inputs[0], transposeA, !transposeB);
  // A batch of rows times one matrix is one tall product.
  if (ra > 2 && rb === 2 && !transposeA) {
    const rows = mulSizes(sizeOf(a.shape.slice(0, -2)), m);
    return reshape(matmul(reshape(a, [rows, k]), b, false, transposeB), shape);
  }
  return emitOne(MatMul, [a, b], { transposeA, transposeB }, shape, a.dtype);
}
