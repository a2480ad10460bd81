import type { Value } from "../ir/graph.ts";
import { add, mul, sub } from "./binary.ts";
import { constant, scalar } from "./constant.ts";
import { transpose } from "./shape.ts";
import { where } from "./where.ts";

/** Returns the number of rows of square matrices. @throws Error where it is no number. */
export function rowsOf({ shape }: Value): number {
  const n = shape[shape.length - 1];
  if (typeof n === "number") return n;
  throw new Error(`Cannot lower a factorisation of [${shape}]: the size of the matrices must be known`);
}

/** Returns a value where the column less the row of an entry passes a test, and 0 elsewhere. */
export function entries(value: Value, holds: (offset: number) => boolean): Value {
  const n = rowsOf(value);
  const mask = Array.from({ length: n * n }, (_, i) => Number(holds(i % n - Math.floor(i / n))));
  return where(constant(mask, [n, n], "bool"), value, scalar(0));
}

/** Returns the lower or the upper triangles of matrices, with zeros elsewhere. */
export const triangle = (value: Value, isLower: boolean): Value =>
  entries(value, (offset) => isLower ? offset <= 0 : offset >= 0);

/** Returns the lower triangles of matrices with halves of their diagonals. */
export function halvedTriangle(value: Value): Value {
  const half = mul(scalar(0.5), entries(value, (offset) => offset === 0));
  return sub(triangle(value, true), half);
}

/** Returns matrices transposed. */
export function transposed(value: Value): Value {
  const axes = value.shape.map((_, i) => i), [row, column] = axes.splice(-2);
  return transpose(value, [...axes, column, row]);
}

/** Returns the mean of matrices and their transposes. */
export const symmetric = (value: Value): Value => mul(scalar(0.5), add(value, transposed(value)));
